using System.ComponentModel.DataAnnotations;

namespace Cirrus.Api.Audit;

/// <summary>
/// How many refused attempts of one minute get an audit entry each; those beyond are counted in one more. So a flood of them can't wash
/// older entries out of the trail.
/// </summary>
internal sealed class RefusalOptions
{
    public const string Section = "Audit:Refusals";

    /// <summary>Of one caller who is known.</summary>
    [Range(1, 1_000_000)]
    public int PerCaller { get; init; } = 120;

    /// <summary>Of one address (IPv6: one /64) without a valid credential.</summary>
    [Range(1, 1_000_000)]
    public int PerAddress { get; init; } = 10;

    /// <summary>Of all addresses together without a valid credential.</summary>
    [Range(1, 1_000_000)]
    public int Anonymous { get; init; } = 60;
}

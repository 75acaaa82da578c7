using System.ComponentModel.DataAnnotations;

namespace Cirrus.Api.RateLimiting;

/// <summary>Requests a minute that one replica of the API answers; 0: as many as come.</summary>
internal sealed class RateLimitOptions
{
    public const string Section = "RateLimits";

    /// <summary>No quota is larger, whatever the factor makes of it.</summary>
    public const int Most = 100_000_000;

    /// <summary>Of safe methods, for each caller.</summary>
    [Range(0, Most, ErrorMessage = $"{Section}:Reads must be between 0 and 100000000.")]
    public int Reads { get; init; } = 6000;

    /// <summary>Of unsafe methods, for each caller.</summary>
    [Range(0, Most, ErrorMessage = $"{Section}:Writes must be between 0 and 100000000.")]
    public int Writes { get; init; } = 600;

    /// <summary>Without a valid credential, for each address (IPv6: each /64).</summary>
    [Range(0, Most, ErrorMessage = $"{Section}:Anonymous must be between 0 and 100000000.")]
    public int Anonymous { get; init; } = 60;

    /// <summary>All quotas are so many times larger, where everybody is trusted or is limited elsewhere.</summary>
    [Range(1, 1_000_000, ErrorMessage = $"{Section}:Factor must be between 1 and 1000000.")]
    public int Factor { get; init; } = 1;
}

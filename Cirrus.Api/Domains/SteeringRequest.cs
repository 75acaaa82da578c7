using System.ComponentModel.DataAnnotations;
using Cirrus.Api.Nodes;
using Cirrus.Core.Domains;

namespace Cirrus.Api.Domains;

/// <summary>Where DNS leads the clients of a domain. What is left out is as the zone's options have it.</summary>
public sealed record SteeringRequest : IValidatableObject
{
    private static readonly NormalForm Region = Entries.AsItIs(NodeWords.RegionProblem);

    /// <summary>At most so many nodes are named.</summary>
    [Range(1, 8, ErrorMessage = "Between 1 and 8 nodes are named.")]
    public int? Nodes { get; init; }

    /// <summary>Seconds that answers hold.</summary>
    [Range(1, DomainSteering.MaxTtl, ErrorMessage = "A ttl is between 1 and 86400 seconds.")]
    public int? Ttl { get; init; }

    /// <summary>Only nodes of this pool are named; default: <c>default</c>.</summary>
    [RegularExpression(NodeWords.Pattern, ErrorMessage = NodeWords.PoolRule)]
    public string? Pool { get; init; }

    /// <summary>Only nodes of these regions are named; empty: of all.</summary>
    [MaxLength(50, ErrorMessage = "At most 50 regions.")]
    public IReadOnlyList<string>? Regions { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => Entries.Check(Regions, nameof(Regions), Region);

    internal DomainSteering? ToSteering() => new DomainSteering
    {
        Nodes = Nodes,
        Ttl = Ttl,
        Pool = Pool,
        Regions = Regions.UnlessEmpty(),
    }.UnlessNothing(new DomainSteering());
}

using System.Text.Json.Serialization;

namespace Cirrus.Core.Domains;

/// <summary>Where DNS leads the clients of a domain. What is absent is as the zone's options have it.</summary>
public sealed record DomainSteering
{
    /// <summary>The greatest <see cref="Ttl"/>.</summary>
    public const int MaxTtl = 86_400;

    /// <summary>At most so many nodes are named.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Nodes { get; init; }

    /// <summary>Seconds that answers hold.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Ttl { get; init; }

    /// <summary>Only nodes of this pool are named.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Pool { get; init; }

    /// <summary>Only nodes of these regions are named.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Regions { get; init; }
}

/// <summary>The parts of a domain's document that are read when all domains are gone through.</summary>
internal sealed record LedDomain(DomainTls? Tls = null, DomainSteering? Steering = null);

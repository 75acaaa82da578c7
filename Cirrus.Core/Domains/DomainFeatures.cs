using System.Text.Json.Serialization;

namespace Cirrus.Core.Domains;

/// <summary>What a domain may ask for besides the least that serves it. Each member is absent, also in JSON, unless it was set.</summary>
public abstract record DomainFeatures
{
    /// <summary>How the domain is cached where no rule matches, and for what a matching rule does not say.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CachePolicy? Cache { get; init; }

    /// <summary>How edges deal with the origins.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OriginPolicy? OriginPolicy { get; init; }

    /// <summary>What is done to header fields on their way.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public HeaderActions? Headers { get; init; }

    /// <summary>Header fields by which browsers guard their users.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SecurityHeaders? SecurityHeaders { get; init; }

    /// <summary>Which pages of other origins may read responses (Cross-Origin Resource Sharing).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Cors? Cors { get; init; }

    /// <summary>Answered by the edge; the first that matches decides.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Redirect>? Redirects { get; init; }

    /// <summary>Under which URI the origin is asked; the first that matches decides.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Rewrite>? Rewrites { get; init; }

    /// <summary>Who is served.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public AccessRules? Access { get; init; }

    /// <summary>How large requests may be.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public BodyLimits? Limits { get; init; }

    /// <summary>A page in place of everything.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Maintenance? Maintenance { get; init; }

    /// <summary>Where DNS leads its clients.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DomainSteering? Steering { get; init; }
}

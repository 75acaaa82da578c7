using System.Text.Json.Serialization;

namespace Cirrus.Core.Domains;

/// <summary>A customer host name served by the CDN, as stored and as the API shows it.</summary>
public sealed record CdnDomain : DomainFeatures
{
    /// <summary>Normalised host name, or a wildcard of one label (<c>*.example.com</c>).</summary>
    public required string Name { get; init; }

    /// <summary>At least one.</summary>
    public required IReadOnlyList<Origin> Origins { get; init; }

    /// <summary>Header fields set on requests to the origin.</summary>
    public IReadOnlyDictionary<string, string> UpstreamHeaders { get; init; } = new Dictionary<string, string>();

    /// <summary>False: every request goes to the origin.</summary>
    public required bool CacheEnable { get; init; }

    /// <summary>The first that matches decides; none: the origin's header fields do.</summary>
    public IReadOnlyList<CacheRule> Rules { get; init; } = [];

    /// <summary>Null: the domain does not ask for TLS, and says nothing about it.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DomainTls? Tls { get; init; }

    /// <summary>1 for a new name, one more with each write; a name that comes back within 30 days of its deletion goes on counting.</summary>
    // Last in the JSON, with the one after it before it: there put_document.lua looks for them.
    [JsonPropertyOrder(2)]
    public int Revision { get; init; }

    [JsonPropertyOrder(1)]
    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Who wrote this revision, as the audit trail names actors; empty in what was written before this was kept.</summary>
    public string UpdatedBy { get; init; } = "";
}

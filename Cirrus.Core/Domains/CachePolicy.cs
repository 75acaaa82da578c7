using System.Text.Json.Serialization;
using Cirrus.Core.Redis;

namespace Cirrus.Core.Domains;

/// <summary>How responses are cached. What is absent is decided by the domain's policy, and after that by default.</summary>
public record CachePolicy
{
    /// <summary>Seconds; 0: never cached.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Ttl { get; init; }

    /// <summary>Whether the origin's header fields count; by default they do where there is no ttl.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OriginHeaders? OriginHeaders { get; init; }

    /// <summary>Seconds that a response is fresh at least, when the origin says less.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MinTtl { get; init; }

    /// <summary>Seconds that a response is fresh at most, when the origin says more.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? MaxTtl { get; init; }

    /// <summary>Seconds by status, such as 404, or class, such as 5xx; the status wins; 0: not stored.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, int>? StatusTtl { get; init; }

    /// <summary>Seconds that a stale response is served while a fresh one is fetched (RFC 5861).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? StaleWhileRevalidate { get; init; }

    /// <summary>Seconds that a stale response is served when the origin fails (RFC 5861).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? StaleIfError { get; init; }

    /// <summary>Which requests go to the origin uncached.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CacheBypass? Bypass { get; init; }

    /// <summary>What of the query counts, for the cache and for the origin.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public QueryPolicy? Query { get; init; }

    /// <summary>More parts of the key under which a response is cached.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CacheKey? Key { get; init; }

    /// <summary>Octets: larger files are fetched and cached in parts of this size.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Slice { get; init; }

    /// <summary>The edge compresses what is worth it where the origin did not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Compress { get; init; }
}

/// <summary>How responses under a path are cached.</summary>
public sealed record CacheRule : CachePolicy
{
    public CacheRule()
    {
    }

    public CacheRule(CachePolicy policy)
        : base(policy)
    {
    }

    /// <summary>A prefix when it begins with <c>/</c>, else a regular expression.</summary>
    // Before what it says, for those who read documents.
    [JsonPropertyOrder(-1)]
    public required string Path { get; init; }

    /// <summary>Of GET and HEAD.</summary>
    public required IReadOnlyList<string> Methods { get; init; }
}

/// <summary>Requests that go to the origin uncached: those that have one of these.</summary>
public sealed record CacheBypass
{
    /// <summary>Names of cookies; one that ends in <c>*</c> is the beginning of a name.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Cookies { get; init; }

    /// <summary>Names of header fields.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Headers { get; init; }
}

/// <summary>What of the query counts.</summary>
public sealed record QueryPolicy
{
    /// <summary>Which parameters count; all by default.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public QueryMode? Mode { get; init; }

    /// <summary>The parameters that alone count, or that don't; one that ends in <c>*</c> is the beginning of a name.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>The order of parameters makes no difference; so by default, but for mode all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Sort { get; init; }
}

/// <summary>More parts of the key under which a response is cached.</summary>
public sealed record CacheKey
{
    /// <summary>Names of request header fields.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Headers { get; init; }

    /// <summary>Names of cookies.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Cookies { get; init; }

    /// <summary>The kind of device: mobile, tablet or desktop.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Device { get; init; }
}

/// <summary>Whether the origin's header fields decide how long a response is cached.</summary>
[JsonConverter(typeof(WordConverter<OriginHeaders>))]
public enum OriginHeaders
{
    /// <summary>The ttl counts, whatever the origin says.</summary>
    [JsonStringEnumMemberName("override")] Override,

    /// <summary>The origin decides; the ttl is for answers that say nothing.</summary>
    [JsonStringEnumMemberName("respect")] Respect,
}

/// <summary>Which parameters of a query count.</summary>
[JsonConverter(typeof(WordConverter<QueryMode>))]
public enum QueryMode
{
    [JsonStringEnumMemberName("all")] All,
    [JsonStringEnumMemberName("none")] None,

    /// <summary>Those named.</summary>
    [JsonStringEnumMemberName("allow")] Allow,

    /// <summary>All but those named.</summary>
    [JsonStringEnumMemberName("deny")] Deny,
}

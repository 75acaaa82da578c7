using System.Text.Json.Serialization;

namespace Cirrus.Core.Domains;

/// <summary>Who is served.</summary>
public sealed record AccessRules
{
    /// <summary>Networks whose clients alone are served.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Allow { get; init; }

    /// <summary>Networks whose clients are not served.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Deny { get; init; }

    /// <summary>Countries (ISO 3166-1 alpha-2) whose clients alone are served.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? AllowCountries { get; init; }

    /// <summary>Countries whose clients are not served.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? DenyCountries { get; init; }

    /// <summary>Which pages may embed what is served.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Referrers? Referrers { get; init; }

    /// <summary>Paths that are served under signed URLs only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<SignedUrls>? SignedUrls { get; init; }

    /// <summary>How many requests are served.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<RateLimit>? RateLimits { get; init; }
}

/// <summary>Which pages may embed what is served, by the Referer that browsers send.</summary>
public sealed record Referrers
{
    /// <summary>Host names besides the domain's own; the <c>*</c> of <c>*.example.com</c> stands for one label.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Allow { get; init; }

    /// <summary>Requests without a Referer are served; so by default.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? AllowEmpty { get; init; }
}

/// <summary>A path that is served under signed URLs only.</summary>
/// <param name="Path">A prefix when it begins with <c>/</c>, else a regular expression.</param>
/// <param name="Keys">Any of them may have signed.</param>
public sealed record SignedUrls(string Path, IReadOnlyList<UrlKey> Keys);

/// <summary>A key that signs URLs.</summary>
/// <param name="Id">Which URLs name.</param>
/// <param name="Secret">Base64 of 16 to 256 octets.</param>
public sealed record UrlKey(string Id, string Secret)
{
    // A record writes out all it holds, and what is written out may be logged.
    public override string ToString() => $"{nameof(UrlKey)} {Id}";
}

/// <summary>How many requests are served in a time.</summary>
/// <param name="Requests">So many.</param>
/// <param name="Seconds">In so many seconds.</param>
/// <param name="By">Counted for each <c>address</c>, for the <c>domain</c> as a whole, or for each value of <c>header:NAME</c>.</param>
/// <param name="Path">Only there: a prefix when it begins with <c>/</c>, else a regular expression; absent: everywhere.</param>
public sealed record RateLimit(
    int Requests,
    int Seconds,
    string By,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Path = null);

/// <summary>How large requests may be.</summary>
/// <param name="MaxBody">Octets.</param>
public sealed record BodyLimits(long MaxBody);

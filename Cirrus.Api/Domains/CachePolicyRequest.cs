using System.Collections.ObjectModel;
using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Cirrus.Core.Domains;

namespace Cirrus.Api.Domains;

/// <summary>How responses are cached.</summary>
public partial record CachePolicyRequest : IValidatableObject
{
    private const int Year = 365 * 24 * 3600;
    private const int MaxStatuses = 50;

    /// <summary>Seconds; 0: never cached.</summary>
    [Range(0, Year, ErrorMessage = "A ttl is between 0 and 31536000 seconds.")]
    public int? Ttl { get; init; }

    /// <summary>
    /// <c>override</c>: the ttl counts, whatever the origin says (default where there is a ttl). <c>respect</c>: the origin decides, and the ttl is for
    /// answers that say nothing (default where there is none).
    /// </summary>
    [RegularExpression("^(override|respect)$", ErrorMessage = "The origin's header fields are for override or respect.")]
    public string? OriginHeaders { get; init; }

    /// <summary>Seconds that a response is fresh at least, when the origin says less.</summary>
    [Range(0, Year, ErrorMessage = "A minTtl is between 0 and 31536000 seconds.")]
    public int? MinTtl { get; init; }

    /// <summary>Seconds that a response is fresh at most, when the origin says more.</summary>
    [Range(0, Year, ErrorMessage = "A maxTtl is between 0 and 31536000 seconds.")]
    public int? MaxTtl { get; init; }

    /// <summary>Seconds by status, such as <c>404</c>, or class, such as <c>5xx</c>; the status wins over its class; 0: not stored.</summary>
    public IReadOnlyDictionary<string, int>? StatusTtl { get; init; }

    /// <summary>Seconds that a stale response is served while a fresh one is fetched; left out: what the origin says (RFC 5861).</summary>
    [Range(0, Year, ErrorMessage = "A staleWhileRevalidate is between 0 and 31536000 seconds.")]
    public int? StaleWhileRevalidate { get; init; }

    /// <summary>Seconds that a stale response is served when the origin fails; left out: what the origin says (RFC 5861).</summary>
    [Range(0, Year, ErrorMessage = "A staleIfError is between 0 and 31536000 seconds.")]
    public int? StaleIfError { get; init; }

    /// <summary>Which requests go to the origin uncached.</summary>
    public CacheBypassRequest? Bypass { get; init; }

    /// <summary>What of the query counts, for the cache and for the origin; left out: all of it, in its order.</summary>
    public QueryPolicyRequest? Query { get; init; }

    /// <summary>More parts of the key under which a response is cached.</summary>
    public CacheKeyRequest? Key { get; init; }

    /// <summary>Octets: larger files are fetched and cached in parts of this size.</summary>
    [Range(65536, 16777216, ErrorMessage = "A slice has between 65536 and 16777216 octets.")]
    public int? Slice { get; init; }

    /// <summary>The edge compresses what is worth it where the origin did not.</summary>
    public bool? Compress { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MinTtl > MaxTtl)
            yield return new ValidationResult("A minTtl is not above maxTtl.", [nameof(MinTtl)]);
        if (StatusTtl?.Count > MaxStatuses)
            yield return new ValidationResult($"At most {MaxStatuses} statuses and classes.", [nameof(StatusTtl)]);
        foreach (var (status, ttl) in StatusTtl ?? ReadOnlyDictionary<string, int>.Empty)
        {
            if (!StatusOrClass().IsMatch(status))
                yield return new ValidationResult($"{status}: This is a status such as 404, or a class such as 5xx, from 200 on.", [nameof(StatusTtl)]);
            else if (ttl is < 0 or > Year)
                yield return new ValidationResult($"{status}: This is between 0 and {Year} seconds.", [nameof(StatusTtl)]);
        }
    }

    /// <summary>As it is stored, once validation has passed. What is empty stays: in a rule it says that nothing of the domain's counts there.</summary>
    internal CachePolicy ToPolicy() => new()
    {
        Ttl = Ttl,
        OriginHeaders = Words.Read<OriginHeaders>(OriginHeaders),
        MinTtl = MinTtl,
        MaxTtl = MaxTtl,
        StatusTtl = StatusTtl,
        StaleWhileRevalidate = StaleWhileRevalidate,
        StaleIfError = StaleIfError,
        Bypass = Bypass?.ToBypass(),
        Query = Query?.ToPolicy(),
        Key = Key?.ToKey(),
        Slice = Slice,
        Compress = Compress,
    };

    [GeneratedRegex(@"^[2-5]([0-9]{2}|xx)\z")]
    private static partial Regex StatusOrClass();
}

using System.ComponentModel.DataAnnotations;
using Cirrus.Core.Domains;

namespace Cirrus.Api.Domains;

/// <summary>Who is served.</summary>
public sealed record AccessRequest : IValidatableObject
{
    /// <summary>Networks, such as <c>192.0.2.0/24</c>, whose clients alone are served.</summary>
    [MaxLength(1000, ErrorMessage = "At most 1000 networks.")]
    public IReadOnlyList<string>? Allow { get; init; }

    /// <summary>Networks whose clients are not served.</summary>
    [MaxLength(1000, ErrorMessage = "At most 1000 networks.")]
    public IReadOnlyList<string>? Deny { get; init; }

    /// <summary>Countries (ISO 3166-1 alpha-2) whose clients alone are served.</summary>
    [MaxLength(250, ErrorMessage = "At most 250 countries.")]
    public IReadOnlyList<string>? AllowCountries { get; init; }

    /// <summary>Countries whose clients are not served.</summary>
    [MaxLength(250, ErrorMessage = "At most 250 countries.")]
    public IReadOnlyList<string>? DenyCountries { get; init; }

    /// <summary>Which pages may embed what is served.</summary>
    public ReferrersRequest? Referrers { get; init; }

    /// <summary>Paths that are served under signed URLs only.</summary>
    [MaxLength(20, ErrorMessage = "At most 20 paths with signed URLs.")]
    public IReadOnlyList<SignedUrlsRequest>? SignedUrls { get; init; }

    /// <summary>How many requests are served; each limit counts.</summary>
    [MaxLength(20, ErrorMessage = "At most 20 rate limits.")]
    public IReadOnlyList<RateLimitRequest>? RateLimits { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
    [
        .. Entries.Check(Allow, nameof(Allow), Network.Normalise),
        .. Entries.Check(Deny, nameof(Deny), Network.Normalise),
        .. Entries.Check(AllowCountries, nameof(AllowCountries), Country),
        .. Entries.Check(DenyCountries, nameof(DenyCountries), Country),
        .. Entries.Objects(SignedUrls, nameof(SignedUrls), "What is signed is an object."),
        .. Entries.Objects(RateLimits, nameof(RateLimits), "A rate limit is an object."),
    ];

    internal AccessRules? ToRules() => new AccessRules
    {
        Allow = Allow.Normal(Network.Normalise),
        Deny = Deny.Normal(Network.Normalise),
        AllowCountries = AllowCountries.Normal(Country),
        DenyCountries = DenyCountries.Normal(Country),
        Referrers = Referrers?.ToReferrers(),
        SignedUrls = SignedUrls.Made(s => s.ToSignedUrls()),
        RateLimits = RateLimits.Made(l => l.ToLimit()),
    }.UnlessNothing(new AccessRules());

    private static string? Country(string text, out string normal)
    {
        normal = text.ToUpperInvariant();
        return text.Length == 2 && text.All(char.IsAsciiLetter) ? null : "A country is two letters (ISO 3166-1 alpha-2), such as DE.";
    }
}

/// <summary>Which pages may embed what is served, by the Referer that browsers send.</summary>
public sealed record ReferrersRequest : IValidatableObject
{
    private const string Wildcard = "*.";

    /// <summary>Host names of pages besides the domain's own; the <c>*</c> of <c>*.example.com</c> stands for one label.</summary>
    [MaxLength(100, ErrorMessage = "At most 100 hosts.")]
    public IReadOnlyList<string>? Allow { get; init; }

    /// <summary>Requests without a Referer are served; default true.</summary>
    public bool? AllowEmpty { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => Entries.Check(Allow, nameof(Allow), Host);

    internal Referrers ToReferrers() => new() { Allow = Allow.Normal(Host), AllowEmpty = AllowEmpty };

    private static string? Host(string text, out string normal)
    {
        var wildcard = text.StartsWith(Wildcard, StringComparison.Ordinal) ? Wildcard : "";
        var problem = HostName.NormaliseHost(text[wildcard.Length..], out var name);
        normal = wildcard + name;
        return problem is null ? null : $"The host {problem}.";
    }
}

/// <summary>How many requests are served in a time.</summary>
public sealed record RateLimitRequest
{
    /// <summary>Only there: a prefix when it begins with <c>/</c>, else a regular expression; left out: everywhere.</summary>
    [MaxLength(256, ErrorMessage = "A path has at most 256 characters."), RulePath]
    public string? Path { get; init; }

    /// <summary>So many requests.</summary>
    [Required(ErrorMessage = "A number of requests is required.")]
    [Range(1, 1_000_000, ErrorMessage = "The number of requests is between 1 and 1000000.")]
    public int? Requests { get; init; }

    /// <summary>In so many seconds.</summary>
    [Required(ErrorMessage = "A number of seconds is required.")]
    [Range(1, 86400, ErrorMessage = "The number of seconds is between 1 and 86400.")]
    public int? Seconds { get; init; }

    /// <summary>
    /// Counted for each <c>address</c> of a client, for the <c>domain</c> as a whole, or for each value of a header field, <c>header:NAME</c>; requests
    /// without it by their address.
    /// </summary>
    [Required(ErrorMessage = "What is counted by is required: address, domain or header:NAME.")]
    [RegularExpression(
        "^(address|domain|header:[A-Za-z0-9!#$%&'*+.^_`|~-]{1,128})$", ErrorMessage = "What is counted by is address, domain or header:NAME.")]
    public string? By { get; init; }

    internal RateLimit ToLimit() => new(Requests!.Value, Seconds!.Value, By!, Path);
}

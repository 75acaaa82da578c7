using System.ComponentModel.DataAnnotations;
using Cirrus.Core.Domains;

namespace Cirrus.Api.Domains;

/// <summary>Requests that go to the origin uncached: those that have one of these.</summary>
public sealed record CacheBypassRequest : IValidatableObject
{
    private static readonly NormalForm Field = Entries.AsItIs(HeaderField.NameProblem);

    /// <summary>Names of cookies; one that ends in <c>*</c> is the beginning of a name.</summary>
    [MaxLength(32, ErrorMessage = "At most 32 cookies.")]
    public IReadOnlyList<string>? Cookies { get; init; }

    /// <summary>Names of header fields.</summary>
    [MaxLength(32, ErrorMessage = "At most 32 header fields.")]
    public IReadOnlyList<string>? Headers { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
    [
        .. Entries.Check(Cookies, nameof(Cookies), CookieName.Pattern),
        .. Entries.Check(Headers, nameof(Headers), Field, StringComparer.OrdinalIgnoreCase),
    ];

    internal CacheBypass ToBypass() => new() { Cookies = Cookies.UnlessEmpty(), Headers = Headers.UnlessEmpty() };
}

/// <summary>More parts of the key under which a response is cached.</summary>
public sealed record CacheKeyRequest : IValidatableObject
{
    private static readonly NormalForm Field = Entries.AsItIs(HeaderField.KeyNameProblem);

    /// <summary>Names of request header fields.</summary>
    [MaxLength(8, ErrorMessage = "At most 8 header fields.")]
    public IReadOnlyList<string>? Headers { get; init; }

    /// <summary>Names of cookies.</summary>
    [MaxLength(8, ErrorMessage = "At most 8 cookies.")]
    public IReadOnlyList<string>? Cookies { get; init; }

    /// <summary>The kind of device by User-Agent, mobile, tablet or desktop, which the origin is told as X-Device-Type; default false.</summary>
    public bool? Device { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
    [
        .. Entries.Check(Headers, nameof(Headers), Field, StringComparer.OrdinalIgnoreCase),
        .. Entries.Check(Cookies, nameof(Cookies), CookieName.Exact),
    ];

    internal CacheKey ToKey() => new() { Headers = Headers.UnlessEmpty(), Cookies = Cookies.UnlessEmpty(), Device = Device };
}

using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Cirrus.Api.Identities;

/// <summary>Where a request was made, as far as its browser tells.</summary>
internal enum RequestOrigin
{
    /// <summary>It does not say: no browser, or a very old one.</summary>
    Unknown,
    Same,
    Other,
}

/// <summary>Section <c>Api</c>.</summary>
internal sealed class PublicOriginOptions : IValidatableObject
{
    public const string Section = "Api";

    /// <summary>Scheme, host and port that browsers know the API by, where a proxy in front hides them; such as https://cdn.example.com.</summary>
    public Uri? PublicOrigin { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (PublicOrigin is not null && (!PublicOrigin.IsAbsoluteUri || PublicOrigin.Scheme is not ("http" or "https") || PublicOrigin.PathAndQuery != "/"))
            yield return new ValidationResult("Api:PublicOrigin is scheme, host and port only, such as https://cdn.example.com.", [nameof(PublicOrigin)]);
    }
}

/// <summary>
/// Tells a request of our own pages from one that another site's page made a browser send: by Sec-Fetch-Site (W3C Fetch Metadata), which pages can't set,
/// or else by Origin (RFC 6454).
/// </summary>
internal sealed class SameOrigin(IOptions<PublicOriginOptions> options)
{
    private readonly string? _public = options.Value.PublicOrigin?.GetLeftPart(UriPartial.Authority);

    public RequestOrigin Of(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"] is [{ Length: > 0 } site])
            return site is "same-origin" or "none" ? RequestOrigin.Same : RequestOrigin.Other;
        if (request.Headers.Origin is not [{ Length: > 0 } origin])
            return RequestOrigin.Unknown;
        return Is(origin, _public ?? $"{request.Scheme}://{request.Host}") ? RequestOrigin.Same : RequestOrigin.Other;
    }

    // As URIs, so that a default port that is spelt out does not matter.
    private static bool Is(string origin, string own) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var theirs) && Uri.TryCreate(own, UriKind.Absolute, out var ours)
        && Uri.Compare(theirs, ours, UriComponents.SchemeAndServer, UriFormat.UriEscaped, StringComparison.OrdinalIgnoreCase) == 0;
}

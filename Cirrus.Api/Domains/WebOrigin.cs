using System.Text.RegularExpressions;

namespace Cirrus.Api.Domains;

/// <summary>The origin of a page as browsers send it (RFC 6454 section 6.2), whose host may begin with a wildcard; or <c>*</c>.</summary>
internal static partial class WebOrigin
{
    private const string Wildcard = "*.";

    /// <returns>Null when it is fine, else what is wrong with it.</returns>
    public static string? Normalise(string text, out string normal)
    {
        normal = text;
        if (text == "*")
            return null;
        var parts = Form().Match(text);
        if (!parts.Success)
            return "An origin looks like https://app.example.com, https://*.example.com or http://localhost:3000, without a path; or it is *.";
        var (scheme, host) = (parts.Groups[1].Value.ToLowerInvariant(), parts.Groups[2].Value);
        var wildcard = host.StartsWith(Wildcard, StringComparison.Ordinal) ? Wildcard : "";
        if (Authority.Normalise(host[wildcard.Length..], out var authority) is { } problem)
            return problem;
        normal = $"{scheme}://{wildcard}{WithoutUsualPort(scheme, authority)}";
        return null;
    }

    // Browsers leave it out, so an origin with it would match none.
    private static string WithoutUsualPort(string scheme, string authority) => (scheme, authority) switch
    {
        ("https", [.. var host, ':', '4', '4', '3']) => host,
        ("http", [.. var host, ':', '8', '0']) => host,
        _ => authority,
    };

    [GeneratedRegex(@"^([A-Za-z][A-Za-z0-9+.-]*)://([^/?#@\\]+)\z")]
    private static partial Regex Form();
}

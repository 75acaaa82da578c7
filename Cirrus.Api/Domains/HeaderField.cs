using System.Text.RegularExpressions;
using Cirrus.Api.Audit;

namespace Cirrus.Api.Domains;

/// <summary>Header fields that an operator may set towards an origin (RFC 9110 sections 5.1 and 5.5).</summary>
internal static partial class HeaderField
{
    private const int MaxValue = 4096;

    // Framing and hop-by-hop fields belong to the connection (RFC 9110 section 7.6.1); Via and CDN-Loop (RFC 8586) are how loops are found.
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "CDN-Loop", "Connection", "Content-Length", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Via",
    };

    /// <summary>What is wrong with it, or null.</summary>
    public static string? Problem(string name, string? value)
    {
        if (name.Length > 128 || !Token().IsMatch(name))
            return "The name of a header field consists of letters, digits and hyphens.";
        if (Reserved.Contains(name) || name.StartsWith("X-Cirrus-", StringComparison.OrdinalIgnoreCase))
            return "This header field belongs to the connection or to Cirrus and can't be set.";
        if (value is null || value.Length > MaxValue || value.Any(c => char.IsControl(c) || c > '~') || value != value.Trim())
            return $"The value of a header field is printable ASCII without spaces around it, at most {MaxValue} characters.";
        return Redaction.IsMark(value) ? "This is what was shown in place of a credential. Send the credential itself." : null;
    }

    [GeneratedRegex("^[A-Za-z0-9-]+$")]
    private static partial Regex Token();
}

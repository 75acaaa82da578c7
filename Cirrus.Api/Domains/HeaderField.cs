using System.Text.RegularExpressions;
using Cirrus.Api.Audit;

namespace Cirrus.Api.Domains;

/// <summary>Header fields that an operator may set (RFC 9110 sections 5.1 and 5.5).</summary>
internal static partial class HeaderField
{
    private const int MaxName = 128;
    private const int MaxValue = 4096;

    // Framing and hop-by-hop fields belong to the connection (RFC 9110 section 7.6.1); Via and CDN-Loop (RFC 8586) are how loops are found.
    private static readonly HashSet<string> Reserved = new(StringComparer.OrdinalIgnoreCase)
    {
        "CDN-Loop", "Connection", "Content-Length", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Via",
    };

    // What else the edge says of a response, and what the body is encoded in.
    private static readonly HashSet<string> OfTheEdge = new(StringComparer.OrdinalIgnoreCase) { "Age", "Cache-Status", "Content-Encoding", "Content-Range" };

    /// <summary>What is wrong with one of <c>upstreamHeaders</c>, or null.</summary>
    public static string? Problem(string name, string? value)
    {
        if (name.Length > MaxName || !Word().IsMatch(name))
            return "The name of a header field consists of letters, digits and hyphens.";
        if (IsReserved(name))
            return "This header field belongs to the connection or to Cirrus and can't be set.";
        return ValueProblem(value)
            ?? (name.Equals("Host", StringComparison.OrdinalIgnoreCase) ? Authority.Normalise(value!, out _) : null);
    }

    /// <summary>What is wrong with the name of a field that is looked at, or null.</summary>
    public static string? NameProblem(string name) => name.Length > MaxName || !IsToken(name)
        ? $"The name of a header field is a token, such as X-Name, of at most {MaxName} characters."
        : null;

    /// <summary>What is wrong with the name of a field that is changed, or null.</summary>
    public static string? ChangedNameProblem(string name) => NameProblem(name)
        ?? (name.Equals("Host", StringComparison.OrdinalIgnoreCase) ? "The header field Host is set by hostHeader of an origin."
            : IsReserved(name) || OfTheEdge.Contains(name) ? "This header field belongs to the connection or to Cirrus and can't be changed."
            : null);

    /// <summary>What is wrong with the name of a field that the cache distinguishes by, or null.</summary>
    public static string? KeyNameProblem(string name) => NameProblem(name)
        ?? (name.Equals("Host", StringComparison.OrdinalIgnoreCase) ? "The host is part of the key in any case."
            : IsReserved(name) ? "This header field belongs to the connection or to Cirrus; what is cached can't depend on it."
            : null);

    /// <summary>What is wrong with a value, or null.</summary>
    public static string? ValueProblem(string? value)
    {
        if (value is null || value.Length > MaxValue || value.Any(c => char.IsControl(c) || c > '~') || value != value.Trim())
            return $"The value of a header field is printable ASCII without spaces around it, at most {MaxValue} characters.";
        return Redaction.IsMark(value) ? Redaction.NotTheCredential : null;
    }

    public static bool IsToken(string text) => Token().IsMatch(text);

    private static bool IsReserved(string name) => Reserved.Contains(name) || name.StartsWith("X-Cirrus-", StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"^[A-Za-z0-9-]+\z")]
    private static partial Regex Word();

    // RFC 9110 section 5.6.2.
    [GeneratedRegex(@"^[A-Za-z0-9!#$%&'*+.^_`|~-]+\z")]
    private static partial Regex Token();
}

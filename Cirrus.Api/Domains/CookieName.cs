namespace Cirrus.Api.Domains;

/// <summary>Names of cookies (RFC 6265 section 4.1.1).</summary>
internal static class CookieName
{
    private const int MaxName = 128;

    /// <summary>One name.</summary>
    public static NormalForm Exact { get; } = Entries.AsItIs(name => IsToken(name) && !name.Contains('*', StringComparison.Ordinal) ? null : Rule + ".");

    /// <summary>One name, or with <c>*</c> at its end all names that begin so.</summary>
    public static NormalForm Pattern { get; } = Entries.AsItIs(
        name => IsToken(name) && !name.AsSpan(0, name.Length - 1).Contains('*') ? null : Rule + "; a * stands at its end only.");

    private static string Rule => $"The name of a cookie is a token, such as session, of at most {MaxName} characters";

    private static bool IsToken(string name) => name.Length <= MaxName && HeaderField.IsToken(name);
}

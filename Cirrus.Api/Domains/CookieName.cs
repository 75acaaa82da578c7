namespace Cirrus.Api.Domains;

/// <summary>Names of cookies (RFC 6265 section 4.1.1).</summary>
internal static class CookieName
{
    private const int MaxName = 128;

    /// <summary>One name.</summary>
    public static NormalForm Exact { get; } = Entries.AsItIs(name => IsToken(name) && !name.Contains('*', StringComparison.Ordinal)
        ? null
        : $"The name of a cookie is a token, such as session, of at most {MaxName} characters.");

    /// <summary>One name, or with <c>*</c> at its end all names that begin so.</summary>
    public static NormalForm Pattern { get; } = Entries.AsItIs(name => IsToken(name) && name.IndexOf('*', StringComparison.Ordinal) is var star && (star < 0 || star == name.Length - 1)
        ? null
        : $"The name of a cookie is a token, such as session, of at most {MaxName} characters; a * stands at its end only.");

    private static bool IsToken(string name) => name.Length <= MaxName && HeaderField.IsToken(name);
}

using Cirrus.Core.Domains;

namespace Cirrus.Core.Identities;

/// <summary>Which domains a token is for: a name stands for itself, <c>*.example.com</c> for every name below example.com and for itself.</summary>
public static class DomainPattern
{
    /// <summary>Makes a pattern uniform, as <see cref="HostName.Normalise(string, bool, out string)"/> does.</summary>
    /// <returns>What is wrong with it, to follow "The pattern", or null.</returns>
    public static string? Normalise(string input, out string pattern) => HostName.Normalise(input, allowWildcard: true, out pattern);

    /// <summary>Whether a normalised pattern covers the normalised name of a domain, which may itself be a wildcard.</summary>
    public static bool Covers(string pattern, string domain) =>
        pattern == domain
        // The dot stays: *.example.com does not cover badexample.com.
        || (pattern.StartsWith("*.", StringComparison.Ordinal) && domain.EndsWith(pattern[1..], StringComparison.Ordinal));
}

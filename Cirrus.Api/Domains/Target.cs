using System.Text.RegularExpressions;

namespace Cirrus.Api.Domains;

/// <summary>Where redirects and rewrites lead: a URI in which <c>$1</c> to <c>$9</c> stand for groups of the expression before it.</summary>
internal static partial class Target
{
    /// <summary>What is wrong with a URL or a path, or null.</summary>
    public static string? UriProblem(string to, string path)
    {
        if (to.StartsWith('/'))
            return LocalProblem(to, path);
        var url = Url().Match(to);
        if (!url.Success)
            return "This is a URL with http or https, or a path that begins with /.";
        // What a group stands for is part of a label, or behind the host the beginning of the path: edges see to it.
        var authority = GroupReference().Replace(GroupBehindHost().Replace(url.Groups[1].Value, ""), "x");
        if (authority.Contains('@', StringComparison.Ordinal))
            return "A URL that everyone is led to holds no user and no password.";
        return Authority.Normalise(authority, out _) ?? TextProblem(to) ?? GroupProblem(to, path);
    }

    /// <summary>What is wrong with a path, or null.</summary>
    public static string? PathProblem(string to, string path)
    {
        if (!to.StartsWith('/'))
            return "This is a path that begins with /.";
        return to.Contains('#', StringComparison.Ordinal) ? "The origin is sent no fragment; write # as %23." : LocalProblem(to, path);
    }

    private static string? LocalProblem(string to, string path)
    {
        // Browsers take both for another host.
        if (to.StartsWith("//", StringComparison.Ordinal) || to.StartsWith("/\\", StringComparison.Ordinal))
            return "A path does not begin with //.";
        return TextProblem(to) ?? GroupProblem(to, path);
    }

    private static string? TextProblem(string to) => to.Any(c => c is <= ' ' or > '~' or '"' or '<' or '>' or '\\')
        ? "This is printable ASCII without spaces, quotes, <, > and \\; write other characters percent-encoded."
        : null;

    private static string? GroupProblem(string to, string path)
    {
        if (!GroupReference().IsMatch(to))
            return null;
        if (path.StartsWith('/'))
            return "There are groups in a regular expression only; behind a prefix the rest of the path is appended. Write $ as %24.";
        var groups = RulePath.Groups(path);
        foreach (var reference in GroupReference().EnumerateMatches(to))
        {
            var number = to[reference.Index + 1] - '0';
            if (number == 0 || number > groups)
                return groups == 0 ? $"${number}: The path has no group. Write $ as %24." : $"${number}: The path has the groups $1 to ${groups}. Write $ as %24.";
        }
        return null;
    }

    [GeneratedRegex("^https?://([^/?#]+)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Url();

    [GeneratedRegex(@"(?<=[^.$])\$[1-9][^.]*\z")]
    private static partial Regex GroupBehindHost();

    [GeneratedRegex(@"\$[0-9]")]
    private static partial Regex GroupReference();
}

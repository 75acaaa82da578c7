namespace Cirrus.Api.Purges;

/// <summary>Takes the URL an operator names to what the edge keys by: path and query, as written.</summary>
internal static class PurgeTarget
{
    /// <summary>Reads an absolute URL of the domain, or a path with query. Makes nothing canonical: that is the edge's alone.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public static string? Read(string url, string domain, out string pathAndQuery)
    {
        pathAndQuery = "";
        var text = url.Split('#', 2)[0];
        if (text.StartsWith('/') && !text.StartsWith("//", StringComparison.Ordinal))
        {
            pathAndQuery = text;
            return null;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var absolute) || absolute.Scheme is not ("http" or "https"))
            return "A URL begins with http://, https:// or /.";
        if (!IsOf(absolute.IdnHost.TrimEnd('.').ToLowerInvariant(), domain))
            return $"The URL is not one of {domain}.";

        // Not Uri.PathAndQuery, which would already change escapes.
        var authority = text.IndexOf("//", StringComparison.Ordinal) + 2;
        var end = text.AsSpan(authority).IndexOfAny('/', '?');
        var rest = end < 0 ? "" : text[(authority + end)..];
        pathAndQuery = rest.StartsWith('/') ? rest : "/" + rest;
        return null;
    }

    private static bool IsOf(string host, string domain) =>
        host == domain || (domain.StartsWith("*.", StringComparison.Ordinal) && host.Split('.', 2) is [_, var parent] && parent == domain[2..]);
}

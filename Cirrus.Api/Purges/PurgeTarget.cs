namespace Cirrus.Api.Purges;

/// <summary>The URL an operator names, as what the edge keys by.</summary>
/// <param name="Host">Its normalised host; null for a path without one.</param>
/// <param name="PathAndQuery">As written. Nothing is made canonical here: that is the edge's alone.</param>
internal sealed record PurgeTarget(string? Host, string PathAndQuery)
{
    /// <summary>Reads an absolute URL, or a path with query.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public static string? Read(string url, out PurgeTarget target)
    {
        target = new PurgeTarget(null, "");
        var text = url.Split('#', 2)[0];
        if (text.StartsWith('/') && !text.StartsWith("//", StringComparison.Ordinal))
        {
            target = new PurgeTarget(null, text);
            return null;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var absolute) || absolute.Scheme is not ("http" or "https"))
            return "A URL begins with http://, https:// or /.";

        // Not Uri.PathAndQuery, which would already change escapes.
        var authority = text.IndexOf("//", StringComparison.Ordinal) + 2;
        var end = text.AsSpan(authority).IndexOfAny('/', '?');
        var rest = end < 0 ? "" : text[(authority + end)..];
        target = new PurgeTarget(absolute.IdnHost.TrimEnd('.').ToLowerInvariant(), rest.StartsWith('/') ? rest : "/" + rest);
        return null;
    }

    /// <summary>Whether a request for it can be one of the domain: it has no host, or the domain's, or one that the wildcard stands for.</summary>
    public bool FitsTo(string domain) => Host is null || Host == domain
        || (domain.StartsWith("*.", StringComparison.Ordinal) && Host.Split('.', 2) is [_, var parent] && parent == domain[2..]);
}

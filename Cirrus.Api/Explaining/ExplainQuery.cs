using System.Text;
using Cirrus.Api.Purges;

namespace Cirrus.Api.Explaining;

/// <summary>The request that is to be explained.</summary>
internal sealed record ExplainQuery(string Method, string Scheme, string Host, string PathAndQuery, IReadOnlyList<string> Headers)
{
    private const int MostHeaders = 32;
    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    public string Url => $"{Scheme}://{Host}{PathAndQuery}";

    /// <summary>Reads the parameters; the URL's host is that of the domain where it has none.</summary>
    /// <param name="scheme">Of a URL that has none.</param>
    /// <returns>What is wrong, by name of parameter; empty when there is a query.</returns>
    public static Dictionary<string, string[]> Read(string domain, string scheme, string? url, string method, string[] headers, out ExplainQuery query)
    {
        var errors = new Dictionary<string, string[]>();
        var target = new PurgeTarget(null, "/");
        if (string.IsNullOrEmpty(url))
            errors["url"] = ["A URL is required."];
        else if (!PurgeValue.IsSane(url))
            errors["url"] = [PurgeValue.Rule];
        else if (PurgeTarget.Read(url, out target) is { } wrong)
            errors["url"] = [wrong];
        else if (!target.FitsTo(domain))
            errors["url"] = [$"The URL is not one of {domain}."];
        else if (target.Host is null && domain.StartsWith('*'))
            errors["url"] = ["A URL of a wildcard domain begins with http:// or https://."];
        if (!Methods.Contains(method, StringComparer.Ordinal))
            errors["method"] = [$"A method is one of {string.Join(", ", Methods)}."];
        if (headers.Length > MostHeaders)
            errors["header"] = [$"At most {MostHeaders} header fields."];
        else if (!Array.TrueForAll(headers, IsField))
            errors["header"] = ["A header field is a name, a colon and a value."];
        var given = url?.Split("://", 2) is [var first, _] && target.Host is not null ? first.ToLowerInvariant() : scheme;
        query = new ExplainQuery(method, given, target.Host ?? domain, target.PathAndQuery, headers);
        return errors;
    }

    /// <summary>As the node's status port takes it.</summary>
    public string ForNode()
    {
        var text = new StringBuilder("/explain?method=").Append(Method).Append("&scheme=").Append(Scheme)
            .Append("&host=").Append(Uri.EscapeDataString(Host)).Append("&uri=").Append(Uri.EscapeDataString(PathAndQuery));
        foreach (var header in Headers)
            text.Append("&header=").Append(Uri.EscapeDataString(header));
        return text.ToString();
    }

    private static bool IsField(string? field) =>
        field?.Split(':', 2) is [{ Length: > 0 } name, var value]
        && name.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal))
        && !value.Any(char.IsControl);
}

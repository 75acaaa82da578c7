using System.Globalization;
using Cirrus.Api.Requests;
using Cirrus.Core.Domains;

namespace Cirrus.Api.Domains;

/// <summary>A host with or without a port, as in URLs (RFC 3986 section 3.2) and in Host (RFC 9110 section 7.2).</summary>
internal static class Authority
{
    /// <returns>Null when it is fine, else what is wrong with it.</returns>
    public static string? Normalise(string text, out string normal)
    {
        normal = text;
        var end = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) + 1 : text.IndexOf(':', StringComparison.Ordinal);
        var host = end <= 0 ? text : text[..end];
        var port = text[host.Length..];
        if (port.Length > 0 && !IsPort(port))
            return "A port is between 1 and 65535.";
        if (HostProblem(ref host) is { } problem)
            return problem;
        normal = host + port;
        return null;
    }

    private static string? HostProblem(ref string host)
    {
        if (host is ['[', .. var inner, ']'] && IpLiteral.TryParse(inner, out var v6) && inner.Contains(':', StringComparison.Ordinal))
        {
            host = $"[{v6}]";
            return null;
        }
        if (IpLiteral.TryParse(host, out var address))
        {
            host = $"{address}";
            return null;
        }
        if (HostName.NormaliseHost(host, out var name) is { } problem)
            return $"The host {problem}.";
        host = name;
        return null;
    }

    private static bool IsPort(string text) => text[0] == ':'
        && int.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is >= 1 and <= 65535 && text == $":{port}";
}

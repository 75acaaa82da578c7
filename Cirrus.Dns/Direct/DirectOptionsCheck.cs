using System.Net;
using System.Text.RegularExpressions;

namespace Cirrus.Dns.Direct;

/// <summary>What is wrong with the options of direct mode; every message names the configuration key.</summary>
internal static partial class DirectOptionsCheck
{
    private const string Key = "Dns:Direct";

    public static IEnumerable<string> Problems(DirectOptions options)
    {
        if (options.Listen is not null && (!IPEndPoint.TryParse(options.Listen, out var listen) || listen.Port == 0))
            yield return $"{Key}:Listen must be an IP address and a port, such as 127.0.0.1:10056, not '{options.Listen}'.";
        if (options.Sockets is < 1 or > 64)
            yield return $"{Key}:Sockets must be between 1 and 64, not {options.Sockets}.";
        if (options.RateLimit is < 0 or > 1_000_000)
            yield return $"{Key}:RateLimit must be between 0 and 1000000, not {options.RateLimit}.";
        if (options.Slip is < 0 or > 10)
            yield return $"{Key}:Slip must be between 0 and 10, not {options.Slip}.";
        // Not the value: it is a secret.
        for (var i = 0; i < options.CookieSecrets.Count; i++)
        {
            if (!Secret().IsMatch(options.CookieSecrets[i]))
                yield return $"{Key}:CookieSecrets:{i} must be 32 hexadecimal digits.";
        }
        if (options.Database is not null && options.Countries.Count == 0 && options.Continents.Count == 0)
            yield return $"{Key}:Database needs {Key}:Countries or {Key}:Continents: regions for what it tells.";
        if (options.Countries.Values.Concat(options.Continents.Values).Distinct().Count() > Regions.Max)
            yield return $"{Key}:Countries and {Key}:Continents must name at most {Regions.Max} regions.";
        foreach (var problem in options.Servers.SelectMany(ServerProblems))
            yield return problem;
    }

    private static IEnumerable<string> ServerProblems(DirectServerOptions server, int i)
    {
        if (!Label().IsMatch(server.Name))
            yield return $"{Key}:Servers:{i}:Name must be a label such as ns1, not '{server.Name}'.";
        if (server.Addresses.Count == 0)
            yield return $"{Key}:Servers:{i}:Addresses must hold an address at least.";
        foreach (var address in server.Addresses.Where(a => !IPAddress.TryParse(a, out _)))
            yield return $"{Key}:Servers:{i}:Addresses must hold IP addresses, not '{address}'.";
    }

    [GeneratedRegex("^[0-9A-Fa-f]{32}$")]
    private static partial Regex Secret();

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
    private static partial Regex Label();
}

using Cirrus.Core.Domains;

namespace Cirrus.Api.Domains;

/// <summary>What is worth a second look in the origins of a domain.</summary>
internal static class OriginWarnings
{
    public static IEnumerable<Warning> Of(CdnDomain domain) =>
        [.. domain.Origins.Index().SelectMany(o => Origin(domain, o.Index)), .. Health(domain.OriginPolicy?.Health)];

    private static IEnumerable<Warning> Origin(CdnDomain domain, int index)
    {
        var origin = domain.Origins[index];
        var field = $"origins[{index}]";
        if (origin is { Scheme: "http", Port: 443 } or { Scheme: "https", Port: 80 })
            yield return new Warning($"{field}.port", $"Port {origin.Port} is not usual for {origin.Scheme}.");
        if (domain.Origins.Take(index).Any(o => o.Host == origin.Host && o.Port == origin.Port))
            yield return new Warning($"{field}.host", "The same server is listed before; its weight counts twice.");
        if (origin is { Scheme: "http", ServerName: not null })
            yield return new Warning($"{field}.serverName", "The scheme is http: without TLS this has no effect.");
        if (origin is { Scheme: "http", Verify: not null })
            yield return new Warning($"{field}.verify", "The scheme is http: without TLS this has no effect.");
        if (origin is { Scheme: "https", Verify: false })
            yield return new Warning($"{field}.verify", "Whoever is on the way to the origin can pose as it.");
    }

    private static IEnumerable<Warning> Health(HealthCheck? health)
    {
        const int Interval = 5, Timeout = 2;
        if ((health?.Timeout ?? Timeout) > (health?.Interval ?? Interval))
            yield return new Warning("originPolicy.health.timeout", "An answer may take longer than it is to the next check.");
    }
}

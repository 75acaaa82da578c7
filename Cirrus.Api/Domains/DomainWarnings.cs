using Cirrus.Core.Certificates;
using Cirrus.Core.Domains;

namespace Cirrus.Api.Domains;

/// <summary>Something that is allowed and yet likely to be a mistake.</summary>
/// <param name="Field">As in <c>errors</c>.</param>
public sealed record Warning(string Field, string Message);

/// <summary>What is worth a second look in a domain that is valid.</summary>
internal static class DomainWarnings
{
    public static IEnumerable<Warning> Of(CdnDomain domain, CdnDomain? current) =>
        [.. Replacing(domain, current), .. domain.Origins.Index().SelectMany(o => Origin(domain, o.Index)), .. Rules(domain), .. Tls(domain)];

    private static IEnumerable<Warning> Replacing(CdnDomain domain, CdnDomain? current)
    {
        if (current is not null)
        {
            yield return new Warning("name", domain.IsContentOf(current)
                ? $"It exists as revision {current.Revision} with the same content."
                : $"It exists; this would replace revision {current.Revision}.");
        }
    }

    private static IEnumerable<Warning> Origin(CdnDomain domain, int index)
    {
        var origin = domain.Origins[index];
        if (origin is { Scheme: "http", Port: 443 } or { Scheme: "https", Port: 80 })
            yield return new Warning($"origins[{index}].port", $"Port {origin.Port} is not usual for {origin.Scheme}.");
        if (domain.Origins.Take(index).Any(o => o.Host == origin.Host && o.Port == origin.Port))
            yield return new Warning($"origins[{index}].host", "The same server is listed before; its weight counts twice.");
    }

    private static IEnumerable<Warning> Rules(CdnDomain domain)
    {
        if (!domain.CacheEnable && domain.Rules.Count > 0)
            yield return new Warning("rules", "cacheEnable is false: no rule has an effect.");
        foreach (var (index, rule) in domain.Rules.Index())
        {
            foreach (var (earlier, covering) in domain.Rules.Take(index).Index().Where(r => Covers(r.Item, rule)).Take(1))
                yield return new Warning($"rules[{index}].path", $"This rule is never reached: rules[{earlier}] ({covering.Path}) matches first.");
        }
    }

    private static IEnumerable<Warning> Tls(CdnDomain domain)
    {
        if (domain.Tls is not { } tls)
            yield break;
        const string Without = "certificate is none: without one this has no effect.";
        if (!tls.IsWanted && tls.Redirect)
            yield return new Warning("tls.redirect", Without);
        if (!tls.IsWanted && tls.Hsts is not null)
            yield return new Warning("tls.hsts", Without);
        string[] names = [domain.Name, .. tls.AlternativeNames];
        foreach (var (index, name) in tls.AlternativeNames.Index())
        {
            if (names.Take(index + 1).FirstOrDefault(n => IsUnder(name, n) || IsUnder(n, name)) is { } other)
                yield return new Warning(
                    $"tls.alternativeNames[{index}]", $"Of {name} and {other} one covers the other: authorities such as Let's Encrypt refuse such an order.");
        }
    }

    private static bool IsUnder(string name, string wildcard) => name != wildcard && CertificateCheck.Covers(wildcard, name);

    /// <summary>Whether every request that the later rule matches is matched by the earlier one.</summary>
    private static bool Covers(CacheRule earlier, CacheRule later) =>
        !later.Methods.Except(earlier.Methods).Any()
        && (earlier.Path == later.Path || earlier.Path == "/"
            || (earlier.Path[0] == '/' && later.Path[0] == '/' && later.Path.StartsWith(earlier.Path, StringComparison.Ordinal)));
}

using Cirrus.Core.Domains;

namespace Cirrus.Api.Domains;

/// <summary>What is worth a second look in how a domain is cached.</summary>
internal static class CacheWarnings
{
    private static readonly CachePolicy Nothing = new();

    public static IEnumerable<Warning> Of(CdnDomain domain)
    {
        if (!domain.CacheEnable)
            return Unused(domain);
        var policies = domain.Cache is { } cache ? Policy("cache", cache, Nothing) : [];
        return [.. policies, .. domain.Rules.Index().SelectMany(r => Policy($"rules[{r.Index}]", r.Item, domain.Cache ?? Nothing)), .. Unreached(domain.Rules)];
    }

    private static IEnumerable<Warning> Unused(CdnDomain domain)
    {
        if (domain.Cache is not null)
            yield return new Warning("cache", "cacheEnable is false: this has no effect.");
        if (domain.Rules.Count > 0)
            yield return new Warning("rules", "cacheEnable is false: no rule has an effect.");
    }

    /// <param name="own">What it says itself.</param>
    /// <param name="domain">What counts where it says nothing.</param>
    private static IEnumerable<Warning> Policy(string field, CachePolicy own, CachePolicy domain)
    {
        var ttl = own.Ttl ?? domain.Ttl;
        var headers = own.OriginHeaders ?? domain.OriginHeaders;
        var isOverride = ttl is not null && headers != OriginHeaders.Respect;
        if (own.OriginHeaders == OriginHeaders.Override && ttl is null)
            yield return new Warning($"{field}.originHeaders", "There is no ttl to override the origin with: this has no effect.");
        if (isOverride)
        {
            foreach (var (name, _) in new[] { ("minTtl", own.MinTtl), ("maxTtl", own.MaxTtl) }.Where(m => m.Item2 is not null))
                yield return new Warning($"{field}.{name}", "The ttl counts whatever the origin says: without originHeaders respect this has no effect.");
        }
        if (isOverride && ttl == 0)
        {
            foreach (var name in OfStored(own))
                yield return new Warning($"{field}.{name}", "The ttl is 0: nothing is cached, and this has no effect.");
        }
        if (own.MinTtl > domain.MaxTtl && own.MaxTtl is null)
            yield return new Warning($"{field}.minTtl", $"This is above the domain's maxTtl, {domain.MaxTtl}, which counts.");
        if (own.MaxTtl < domain.MinTtl && own.MinTtl is null)
            yield return new Warning($"{field}.maxTtl", $"This is below the domain's minTtl, {domain.MinTtl}; it counts.");
    }

    /// <summary>Members that are about stored responses only.</summary>
    private static IEnumerable<string> OfStored(CachePolicy policy) => new (string Name, object? Value)[]
    {
        ("statusTtl", policy.StatusTtl is { Count: > 0 } ? policy.StatusTtl : null),
        ("staleWhileRevalidate", policy.StaleWhileRevalidate),
        ("staleIfError", policy.StaleIfError),
        ("bypass", policy.Bypass),
        ("slice", policy.Slice),
    }.Where(m => m.Value is not null).Select(m => m.Name);

    private static IEnumerable<Warning> Unreached(IReadOnlyList<CacheRule> rules) => UnreachedPaths.Of(
        "rules", rules, r => r.Path, "rule", (earlier, later) => !later.Methods.Except(earlier.Methods).Any());
}

using System.Net;
using Cirrus.Core.Domains;

namespace Cirrus.Api.Domains;

/// <summary>What is worth a second look in whom a domain serves, and where it leads them.</summary>
internal static class ProtectionWarnings
{
    public static IEnumerable<Warning> Of(CdnDomain domain) =>
    [
        .. Cors(domain.Cors),
        .. UnreachedPaths.Of("redirects", domain.Redirects, r => r.Path, "redirect"),
        .. Circles(domain),
        .. UnreachedPaths.Of("rewrites", domain.Rewrites, r => r.Path, "rewrite"),
        .. Access(domain.Access ?? new AccessRules()),
    ];

    private static IEnumerable<Warning> Cors(Cors? cors)
    {
        if (cors is { Origins.Count: > 1 } && cors.Origins.Contains("*"))
            yield return new Warning("cors.origins", "* is for all origins: naming others besides has no effect.");
    }

    /// <summary>Redirects to what they are for themselves.</summary>
    private static IEnumerable<Warning> Circles(CdnDomain domain)
    {
        foreach (var (index, redirect) in (domain.Redirects ?? []).Index().Where(r => r.Item.Path[0] == '/'))
        {
            var path = redirect.To[0] == '/' ? redirect.To
                : Uri.TryCreate(redirect.To, UriKind.Absolute, out var uri) && uri.IdnHost == domain.Name ? uri.PathAndQuery
                : "";
            if (path != redirect.Path && path.StartsWith(redirect.Path, StringComparison.Ordinal))
                yield return new Warning($"redirects[{index}].to", $"This leads to a path that begins with {redirect.Path} again: clients go round in circles.");
        }
    }

    private static IEnumerable<Warning> Access(AccessRules access)
    {
        const string Wins = "which wins: this has no effect.";
        var denied = (access.Deny ?? []).Select(n => IPNetwork.Parse(n)).ToList();
        foreach (var (index, allowed) in (access.Allow ?? []).Index())
        {
            var network = IPNetwork.Parse(allowed);
            if (denied.Where(d => d.PrefixLength <= network.PrefixLength && d.Contains(network.BaseAddress)).Take(1).Any())
                yield return new Warning($"access.allow[{index}]", $"{allowed} is within deny, {Wins}");
        }
        foreach (var (index, country) in (access.AllowCountries ?? []).Index().Where(c => access.DenyCountries?.Contains(c.Item) == true))
            yield return new Warning($"access.allowCountries[{index}]", $"{country} is in denyCountries, {Wins}");
        foreach (var warning in UnreachedPaths.Of("access.signedUrls", access.SignedUrls, s => s.Path, "path"))
            yield return warning;
    }
}

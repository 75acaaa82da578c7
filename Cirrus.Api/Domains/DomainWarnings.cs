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
        [.. Replacing(domain, current), .. OriginWarnings.Of(domain), .. CacheWarnings.Of(domain), .. Tls(domain), .. ProtectionWarnings.Of(domain)];

    private static IEnumerable<Warning> Replacing(CdnDomain domain, CdnDomain? current)
    {
        if (current is not null)
        {
            yield return new Warning("name", domain.IsContentOf(current)
                ? $"It exists as revision {current.Revision} with the same content."
                : $"It exists; this would replace revision {current.Revision}.");
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
        if (tls is { Certificate: CertificateOrigin.Acme, Caa.Count: > 0 } && !tls.Caa.Any(c => c.Tag == "issue" && !c.Value.StartsWith(';')))
            yield return new Warning("tls.caa", "No authority may issue by these records, so every order for this domain fails.");
        string[] names = [domain.Name, .. tls.AlternativeNames];
        foreach (var (index, name) in tls.AlternativeNames.Index())
        {
            if (names.Take(index + 1).FirstOrDefault(n => IsUnder(name, n) || IsUnder(n, name)) is { } other)
                yield return new Warning(
                    $"tls.alternativeNames[{index}]", $"Of {name} and {other} one covers the other: authorities such as Let's Encrypt refuse such an order.");
        }
    }

    private static bool IsUnder(string name, string wildcard) => name != wildcard && CertificateCheck.Covers(wildcard, name);
}

using Cirrus.Core.Certificates;
using Cirrus.Core.Changes;
using Cirrus.Core.Domains;
using Cirrus.Core.Steering;
using Microsoft.Extensions.Options;

namespace Cirrus.Dns.Steering;

/// <summary>Reads domains as the zone needs them: their names, and how they are led.</summary>
internal sealed class DomainLeads(DomainStore domains, CertificatePresence certificates, IOptions<ZoneOptions> zone)
{
    private const int PageSize = 1000;

    /// <summary>All, by name.</summary>
    public async Task<IReadOnlyDictionary<string, SteeredDomain>> AllAsync()
    {
        var all = new Dictionary<string, SteeredDomain>(StringComparer.Ordinal);
        var reading = domains.NamesAsync("", PageSize);
        while (await reading is { Count: > 0 } page)
        {
            // While these are read the next names come.
            reading = domains.NamesAsync(page[^1], PageSize);
            // One that was deleted between is named all the same; that it goes is in the log.
            foreach (var (name, domain) in await ReadAsync(page))
                all[name] = domain ?? new SteeredDomain(Lead.Of(null, zone.Value), null);
        }
        return all;
    }

    /// <summary>Those that the changes are about, all at once; null for one that does not exist.</summary>
    public Task<IReadOnlyList<(string Name, SteeredDomain? Domain)>> ReadAsync(IEnumerable<Change> changes) =>
        ReadAsync([.. changes.Where(IsAboutDomain).Select(c => c.Key).Distinct(StringComparer.Ordinal)]);

    private static bool IsAboutDomain(Change change) => change.Type
        is ChangeTypes.DomainPut or ChangeTypes.DomainDelete or ChangeTypes.CertificatePut or ChangeTypes.CertificateDelete;

    private async Task<IReadOnlyList<(string Name, SteeredDomain? Domain)>> ReadAsync(IReadOnlyList<string> names)
    {
        var found = await domains.FindLedAsync(names);
        var wanting = names.Where((_, i) => found[i].Tls is { IsWanted: true }).ToList();
        var present = wanting.Zip(await certificates.FindAsync(wanting)).ToDictionary(p => p.First, p => p.Second, StringComparer.Ordinal);
        return [.. names.Select((name, i) => (name, Steered(found[i], present.GetValueOrDefault(name))))];
    }

    private SteeredDomain? Steered((bool Exists, DomainTls? Tls, DomainSteering? Steering) found, ChangeId? present) =>
        found.Exists ? new SteeredDomain(Lead.Of(found.Steering, zone.Value), TlsGate.Of(found.Tls, present), Authorities.Of(found.Tls, zone.Value)) : null;
}

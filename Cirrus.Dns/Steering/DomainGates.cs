using Cirrus.Core.Certificates;
using Cirrus.Core.Changes;
using Cirrus.Core.Domains;
using Cirrus.Core.Steering;

namespace Cirrus.Dns.Steering;

/// <summary>Reads domains as the zone needs them: their names, and what is waited for before nodes are named for them.</summary>
internal sealed class DomainGates(DomainStore domains, CertificatePresence certificates)
{
    private const int PageSize = 1000;

    /// <summary>All, by name; null for a domain that does not want TLS.</summary>
    public async Task<IReadOnlyDictionary<string, TlsGate?>> AllAsync()
    {
        var all = new Dictionary<string, TlsGate?>(StringComparer.Ordinal);
        var reading = domains.NamesAsync("", PageSize);
        while (await reading is { Count: > 0 } page)
        {
            // While these are read the next names come.
            reading = domains.NamesAsync(page[^1], PageSize);
            // One that was deleted between is named all the same; that it goes is in the log.
            foreach (var (name, _, gate) in await ReadAsync(page))
                all[name] = gate;
        }
        return all;
    }

    /// <summary>Those that the changes are about, all at once.</summary>
    public Task<IReadOnlyList<(string Name, bool Exists, TlsGate? Gate)>> ReadAsync(IEnumerable<Change> changes) =>
        ReadAsync([.. changes.Where(IsAboutDomain).Select(c => c.Key).Distinct(StringComparer.Ordinal)]);

    private static bool IsAboutDomain(Change change) => change.Type
        is ChangeTypes.DomainPut or ChangeTypes.DomainDelete or ChangeTypes.CertificatePut or ChangeTypes.CertificateDelete;

    private async Task<IReadOnlyList<(string Name, bool Exists, TlsGate? Gate)>> ReadAsync(IReadOnlyList<string> names)
    {
        var found = await domains.FindTlsAsync(names);
        var wanting = names.Where((_, i) => found[i].Tls is { IsWanted: true }).ToList();
        var present = wanting.Zip(await certificates.FindAsync(wanting)).ToDictionary(p => p.First, p => p.Second, StringComparer.Ordinal);
        return [.. names.Select((name, i) => (name, found[i].Exists, TlsGate.Of(found[i].Tls, present.GetValueOrDefault(name))))];
    }
}

using Cirrus.Core.Certificates;
using Cirrus.Core.Changes;
using Cirrus.Core.Domains;
using Cirrus.Core.Steering;

namespace Cirrus.Dns.Steering;

/// <summary>The domains as the zone needs them: their names, and what is waited for before nodes are named for them.</summary>
internal sealed class DomainGates(DomainStore domains, CertificatePresence certificates)
{
    private const int PageSize = 1000;
    private Dictionary<string, TlsGate?> _all = new(StringComparer.Ordinal);

    /// <summary>By name; null for a domain that does not want TLS.</summary>
    public IReadOnlyDictionary<string, TlsGate?> All => _all;

    /// <summary>Reads them all.</summary>
    public async Task LoadAsync()
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
        _all = all;
    }

    /// <summary>Reads anew those that the changes are about, all at once.</summary>
    /// <returns>Whether anything is other than it was.</returns>
    public async Task<bool> ApplyAsync(IEnumerable<Change> changes)
    {
        var names = changes.Where(IsAboutDomain).Select(c => c.Key).Distinct(StringComparer.Ordinal).ToList();
        var isOther = false;
        foreach (var (name, exists, gate) in await ReadAsync(names))
            isOther |= exists ? Put(name, gate) : _all.Remove(name);
        return isOther;
    }

    private static bool IsAboutDomain(Change change) => change.Type
        is ChangeTypes.DomainPut or ChangeTypes.DomainDelete or ChangeTypes.CertificatePut or ChangeTypes.CertificateDelete;

    private bool Put(string name, TlsGate? gate)
    {
        if (_all.TryGetValue(name, out var known) && known == gate)
            return false;
        _all[name] = gate;
        return true;
    }

    private async Task<IReadOnlyList<(string Name, bool Exists, TlsGate? Gate)>> ReadAsync(IReadOnlyList<string> names)
    {
        var found = await domains.FindTlsAsync(names);
        var wanting = names.Where((_, i) => found[i].Tls is { IsWanted: true }).ToList();
        var present = wanting.Zip(await certificates.FindAsync(wanting)).ToDictionary(p => p.First, p => p.Second, StringComparer.Ordinal);
        return [.. names.Select((name, i) => (name, found[i].Exists, TlsGate.Of(found[i].Tls, present.GetValueOrDefault(name))))];
    }
}

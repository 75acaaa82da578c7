using System.Net;
using System.Net.Sockets;
using ARSoft.Tools.Net;
using ARSoft.Tools.Net.Dns;
using Cirrus.Core.Steering;
using Cirrus.Dns.Zones;

namespace Cirrus.Dns.Direct;

/// <summary>The addresses that clients of a region are given: those of the nodes of the region.</summary>
internal sealed class RegionalAddresses
{
    private readonly Dictionary<DomainName, List<AnswerSet>> _sets = [];

    /// <summary>A pure function of what the zone is built from.</summary>
    public RegionalAddresses(ZoneInput input, Regions regions)
    {
        var assignment = new Assignment(input.Zone, input.Nodes);
        var origin = DomainName.Parse(input.Zone.Name);
        foreach (var (domain, (lead, gate)) in input.Domains)
        {
            var label = AccessName.Label(domain);
            var (owner, name) = (DomainName.Parse(label) + origin, assignment.NameOf(label));
            for (var i = 0; i < regions.Names.Count; i++)
            {
                var chosen = assignment.OfName(name, lead, regions.Names[i]);
                // When none of the region has the certificate, one of another does better than one without.
                var named = assignment.Named(chosen, gate is null ? null : gate with { Hold = true });
                Add(owner, (byte)(i + 1), lead.Ttl, named.SelectMany(n => n.Addresses));
            }
        }
    }

    /// <summary>The record sets of a name that are for one region only; empty: all get the ordinary ones.</summary>
    public IReadOnlyList<AnswerSet> Of(DomainName name) => _sets.TryGetValue(name, out var found) ? found : [];

    private void Add(DomainName name, byte region, int ttl, IEnumerable<string> addresses)
    {
        var byFamily = addresses.Select(IPAddress.Parse).Distinct()
            .OrderBy(a => a.ToString(), StringComparer.Ordinal).ToLookup(a => a.AddressFamily);
        AddSet(RecordTypes.A, [.. byFamily[AddressFamily.InterNetwork].Select(a => new ARecord(name, ttl, a))]);
        AddSet(RecordTypes.Aaaa, [.. byFamily[AddressFamily.InterNetworkV6].Select(a => new AaaaRecord(name, ttl, a))]);

        void AddSet(ushort type, DnsRecordBase[] records)
        {
            if (records.Length == 0)
                return;
            if (!_sets.TryGetValue(name, out var sets))
                _sets.Add(name, sets = []);
            sets.Add(new AnswerSet(type, region, records, []));
        }
    }
}

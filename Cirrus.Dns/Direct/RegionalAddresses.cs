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
        // Of all nodes, not of each region's: one that has failed is not revived because it is the last of its region.
        var serving = NodeSelection.MayServe(input.Nodes).Select(n => n.Id).ToHashSet(StringComparer.Ordinal);
        var origin = DomainName.Parse(input.Zone.Name);
        for (var i = 0; i < regions.Names.Count; i++)
        {
            var nodes = input.Nodes.Where(n => n.Node.Region == regions.Names[i] && serving.Contains(n.Node.Id)).ToList();
            if (nodes.Count == 0)
                continue;
            var assignment = new Assignment(input.Zone, nodes);
            foreach (var (domain, gate) in input.Domains)
            {
                var label = AccessName.Label(domain);
                // When none of the region has the certificate, one of another does better than one without.
                var named = assignment.OfLabel(label, gate is null ? null : gate with { Hold = true });
                Add(DomainName.Parse(label) + origin, (byte)(i + 1), (int)input.Zone.Ttl.TotalSeconds, named.SelectMany(n => n.Addresses));
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

using Cirrus.Core.Steering;
using Cirrus.Dns.Zones;

namespace Cirrus.Dns.Direct;

/// <summary>The addresses that clients of a region are given: those of the nodes of the region. Immutable.</summary>
internal sealed class RegionalAddresses
{
    // The first is of region 1.
    private readonly NameTree[] _regions;

    /// <summary>A pure function of what the zone is built from.</summary>
    public RegionalAddresses(ZoneInput input, Regions regions)
    {
        // Of all nodes, not of each region's: one that has failed is not revived because it is the last of its region.
        var serving = NodeSelection.MayServe(input.Nodes).Select(n => n.Id).ToHashSet(StringComparer.Ordinal);
        var addresses = new AddressRecords((int)input.Zone.Ttl.TotalSeconds);
        _regions = new NameTree[regions.Names.Count];
        for (var i = 0; i < _regions.Length; i++)
        {
            var nodes = input.Nodes.Where(n => n.Node.Region == regions.Names[i] && serving.Contains(n.Node.Id)).ToList();
            var edit = NameTree.Empty.Begin();
            if (nodes.Count > 0)
            {
                var assignment = new Assignment(input.Zone, nodes);
                foreach (var (domain, gate) in input.Domains)
                {
                    var label = AccessName.Label(domain);
                    // When none of the region has the certificate, one of another does better than one without.
                    var named = assignment.OfLabel(label, gate is null ? null : gate with { Hold = true });
                    if (named.Count > 0)
                        edit.Set(OwnerName.Of(label), addresses.Of(named));
                }
            }
            _regions[i] = edit.End();
        }
    }

    /// <summary>The record sets of a name that are for one region only; empty: all get the ordinary ones.</summary>
    public IEnumerable<AnswerSet> Of(byte[] owner) =>
        _regions.SelectMany((names, i) => names.Find(owner)?.Sets.Select(s => new AnswerSet((byte)(i + 1), s)) ?? []);

    /// <summary>Names that were given other addresses before, in any of the regions.</summary>
    public IEnumerable<byte[]> ChangedSince(RegionalAddresses before) =>
        _regions.SelectMany((names, i) => names.ChangesSince(before._regions[i]).Select(c => c.Owner));
}

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
        var assignment = new Assignment(input.Zone, input.Nodes);
        var addresses = new AddressRecords();
        var edits = regions.Names.Select(_ => NameTree.Empty.Begin()).ToArray();
        foreach (var (domain, (lead, gate, _)) in input.Domains)
        {
            var label = AccessName.Label(domain);
            var (owner, name) = (OwnerName.Of(label), assignment.NameOf(label));
            for (var i = 0; i < edits.Length; i++)
            {
                var chosen = assignment.OfName(name, lead, regions.Names[i]);
                // When none of the region has the certificate, one of another does better than one without.
                var named = assignment.Named(chosen, gate is null ? null : gate with { Hold = true });
                if (named.Count > 0)
                    edits[i].Set(owner, addresses.Of(named, lead.Ttl));
            }
        }
        _regions = [.. edits.Select(e => e.End())];
    }

    /// <summary>The record sets of a name that are for one region only; empty: all get the ordinary ones.</summary>
    public IEnumerable<AnswerSet> Of(byte[] owner) =>
        _regions.SelectMany((names, i) => names.Find(owner)?.Sets.Select(s => new AnswerSet((byte)(i + 1), s)) ?? []);

    /// <summary>Names that were given other addresses before, in any of the regions.</summary>
    public IEnumerable<byte[]> ChangedSince(RegionalAddresses before) =>
        _regions.SelectMany((names, i) => names.ChangesSince(before._regions[i]).Select(c => c.Owner));
}

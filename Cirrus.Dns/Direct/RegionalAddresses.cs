using ARSoft.Tools.Net.Dns;
using Cirrus.Core.Nodes;
using Cirrus.Core.Steering;
using Cirrus.Dns.Zones;

namespace Cirrus.Dns.Direct;

/// <summary>The addresses that clients of a region are given: those of the nodes of the region. Immutable, and another one costs what differs.</summary>
internal sealed class RegionalAddresses
{
    private readonly IReadOnlyList<string> _names;

    // The first is of region 1.
    private readonly NameTree[] _regions;

    /// <summary>A pure function of what the zone is built from.</summary>
    public RegionalAddresses(ZoneInput input, Regions regions)
        : this(new ZoneDraft(input), regions)
    {
    }

    public RegionalAddresses(ZoneDraft draft, Regions regions)
        : this(regions.Names, [.. regions.Names.Select(_ => NameTree.Empty)])
    {
        var addresses = new AddressRecords();
        var edits = Begin();
        foreach (var (led, named) in Many.Select([.. draft.Domains], led => (led, Named(led, draft.Assignment))))
            Set(edits, led, named, addresses);
        _regions = End(edits);
    }

    private RegionalAddresses(IReadOnlyList<string> names, NameTree[] regions) => (_names, _regions) = (names, regions);

    /// <summary>The same after some domains of the draft came, went, or may be led elsewhere.</summary>
    public RegionalAddresses With(ZoneDraft draft, IReadOnlyCollection<string> moved)
    {
        var addresses = new AddressRecords();
        var edits = Begin();
        foreach (var name in moved)
        {
            if (draft.Find(name) is { } led)
            {
                Set(edits, led, Named(led, draft.Assignment), addresses);
                continue;
            }
            var owner = OwnerName.Of(AccessName.Label(name));
            foreach (var edit in edits)
                edit.Set(owner, null);
        }
        return new RegionalAddresses(_names, End(edits));
    }

    /// <summary>The record sets of a name that are for one region only; empty: all get the ordinary ones.</summary>
    public IEnumerable<AnswerSet> Of(byte[] owner) =>
        _regions.SelectMany((names, i) => names.Find(owner)?.Sets.Select(s => new AnswerSet((byte)(i + 1), s)) ?? []);

    /// <summary>Those of a type for one region; null: the ordinary ones.</summary>
    public RecordSet? Find(ReadOnlySpan<byte> owner, byte region, RecordType type) => _regions[region - 1].Find(owner)?.Find(type);

    /// <summary>Names that were given other addresses before, in any of the regions.</summary>
    public IEnumerable<byte[]> ChangedSince(RegionalAddresses before) =>
        _regions.SelectMany((names, i) => names.ChangesSince(before._regions[i]).Select(c => c.Owner));

    // When none of the region has the certificate, one of another does better than one without.
    private IReadOnlyList<Node>[] Named(ILed led, Assignment assignment)
    {
        var (lead, gate) = (led.Domain.Lead, led.Domain.Gate);
        return [.. _names.Select(region => assignment.Named(assignment.OfName(led.Name, lead, region), gate is null ? null : gate with { Hold = true }))];
    }

    private static void Set(NameTree.Edit[] edits, ILed led, IReadOnlyList<Node>[] named, AddressRecords addresses)
    {
        for (var i = 0; i < edits.Length; i++)
            edits[i].Set(led.Owner, named[i].Count == 0 ? null : addresses.Of(named[i], led.Domain.Lead.Ttl));
    }

    private NameTree.Edit[] Begin() => [.. _regions.Select(names => names.Begin())];

    private static NameTree[] End(NameTree.Edit[] edits) => [.. edits.Select(e => e.End())];
}

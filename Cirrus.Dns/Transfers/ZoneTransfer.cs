using ARSoft.Tools.Net.Dns;
using Cirrus.Dns.Zones;

namespace Cirrus.Dns.Transfers;

/// <summary>Which records are sent to whom wants the zone: pure functions.</summary>
internal static class ZoneTransfer
{
    /// <summary>A record in the format of messages.</summary>
    internal readonly record struct Item(byte[] Owner, RecordType Type, int Ttl, byte[] Data);

    /// <summary>The whole zone. The SOA record opens and closes it (RFC 5936 section 2.2).</summary>
    public static IEnumerable<Item> Whole(ZoneSnapshot zone) =>
        Soa(zone, zone.Serial).Concat(zone.Content.Names().SelectMany(n => Of(n.Owner, n.Records))).Concat(Soa(zone, zone.Serial));

    /// <summary>
    /// The differences for a client that has a serial, or the SOA record alone when it has the newest; null where they are not known, or the
    /// whole zone is shorter.
    /// </summary>
    public static IEnumerable<Item>? Since(ZoneSnapshot zone, uint known)
    {
        if (!SerialNumber.IsNewer(zone.Serial, known))
            return Newest(zone);
        return Changes(zone, known) is { } changes ? Differences(zone, known, changes) : null;
    }

    /// <summary>The SOA record alone: "you have the newest" or, over UDP, "ask by TCP" (RFC 1995 section 2).</summary>
    public static IEnumerable<Item> Newest(ZoneSnapshot zone) => Soa(zone, zone.Serial);

    private static IReadOnlyList<NameChange>? Changes(ZoneSnapshot zone, uint known)
    {
        var changes = zone.Journal.Since(known);
        var length = changes?.Sum(c => LengthOf(Missing(c.Owner, c.Before, c.After)) + LengthOf(Missing(c.Owner, c.After, c.Before)));
        return length < zone.Content.Length ? changes : null;
    }

    // As ZoneContent.Length is counted: the labels once.
    private static long LengthOf(IEnumerable<Item> items)
    {
        var length = 0L;
        foreach (var item in items)
            length += (length == 0 ? item.Owner.Length : 0) + sizeof(ushort) + RecordSet.HeaderLength + item.Data.Length;
        return length;
    }

    // One step from the client's serial to the newest: what goes after the old SOA record, what comes after the new one (RFC 1995 section 4).
    private static IEnumerable<Item> Differences(ZoneSnapshot zone, uint known, IReadOnlyList<NameChange> changes) =>
        Soa(zone, zone.Serial)
            .Concat(Soa(zone, known)).Concat(changes.SelectMany(c => Missing(c.Owner, c.Before, c.After)))
            .Concat(Soa(zone, zone.Serial)).Concat(changes.SelectMany(c => Missing(c.Owner, c.After, c.Before)))
            .Concat(Soa(zone, zone.Serial));

    // The records of the one that the other does not have. Those of one set have one TTL, so with another they are others.
    private static IEnumerable<Item> Missing(byte[] owner, NameRecords? records, NameRecords? others) => Of(owner, records).Where(item =>
        others?.Sets.Any(s => s.Type == item.Type && s.Ttl == item.Ttl && s.Data.Any(d => d.AsSpan().SequenceEqual(item.Data))) != true);

    private static IEnumerable<Item> Soa(ZoneSnapshot zone, uint serial) => Of([], new NameRecords([zone.Content.SoaSetOf(serial)]));

    private static IEnumerable<Item> Of(byte[] owner, NameRecords? records)
    {
        foreach (var set in records?.Sets ?? [])
        {
            foreach (var data in set.Data)
                yield return new Item(owner, set.Type, set.Ttl, data);
        }
    }
}

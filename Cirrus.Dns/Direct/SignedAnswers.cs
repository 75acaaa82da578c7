using System.Collections.Immutable;
using ARSoft.Tools.Net.Dns;
using Cirrus.Dns.Signing;
using Cirrus.Dns.Zones;

namespace Cirrus.Dns.Direct;

/// <summary>
/// Answers of a signed zone for clients that want signatures, put together of the zone's own records: those of its NSEC records prove what is not there
/// (RFC 4035 section 3.1.3). There are no wildcards in it.
/// </summary>
internal sealed class SignedAnswers
{
    private static readonly byte[] Wildcard = [1, (byte)'*'];

    private readonly ZoneContent _zone;
    private readonly NameRecords _apex;
    private readonly int _apexLength;
    private readonly int _negativeTtl;

    private SignedAnswers(ZoneSnapshot zone)
    {
        _zone = zone.Content;
        _apex = new NameRecords([.. _zone.Find([])!.Sets, _zone.SoaSetOf(zone.Serial)]);
        _apexLength = WireName.Of(zone.Origin).Length;
        _negativeTtl = Math.Min(zone.Soa.TimeToLive, zone.Soa.NegativeCachingTTL);
    }

    /// <summary>Null for a zone that is not signed.</summary>
    public static SignedAnswers? Of(ZoneSnapshot zone) => zone.Content.IsSigned ? new SignedAnswers(zone) : null;

    /// <summary>Writes what follows the question.</summary>
    /// <param name="name">In the zone, in lower case.</param>
    /// <returns>False: there is no room for it.</returns>
    public bool TryWrite(ReadOnlySpan<byte> name, ushort type, Span<byte> room, out SignedAnswer answer)
    {
        var owner = name[..^_apexLength];
        var writer = new SignedWriter(room, QueryReader.HeaderLength + owner.Length);
        var records = owner.Length == 0 ? _apex : _zone.Find(owner);
        var (exists, answers) = (true, WriteMatching(ref writer, records, (RecordType)type));
        if (answers == 0)
            exists = WriteDenial(ref writer, owner, records);
        answer = new SignedAnswer(writer.Length, exists, answers, writer.Records - answers);
        return !writer.IsFull;
    }

    private static int WriteMatching(ref SignedWriter writer, NameRecords? records, RecordType type)
    {
        foreach (var set in records?.Sets ?? [])
        {
            // To ANY one set of records is answer enough (RFC 8482 section 4.1).
            if (set.Type != type && type != RecordType.Any)
                continue;
            writer.AddOfQuestion(set);
            if (type != RecordType.RrSig && records!.SignaturesOf(set.Type) is { } signatures)
                writer.AddOfQuestion(signatures);
            if (type != RecordType.RrSig)
                break;
        }
        return writer.Records;
    }

    private bool WriteDenial(ref SignedWriter writer, ReadOnlySpan<byte> owner, NameRecords? records)
    {
        // Resolvers keep a negative answer for the lesser of the SOA's TTL and its last field (RFC 2308 section 5).
        writer.Add([], _apex.Find(RecordType.Soa)!, _negativeTtl);
        writer.Add([], _apex.SignaturesOf(RecordType.Soa)!, _negativeTtl);
        if (records is { Sets.Count: > 0 })
        {
            WriteNsec(ref writer, owner, records);
            return true;
        }
        var order = _zone.Order;
        var place = PlaceAfter(order, owner);
        WriteNsec(ref writer, order[place - 1]);
        // It exists by names below it.
        if (IsAbove(order, place, owner))
            return true;
        var encloser = owner;
        do
            encloser = encloser[(encloser[0] + 1)..];
        while (encloser.Length > 0 && !HasRecords(encloser) && !IsAbove(order, PlaceAfter(order, encloser), encloser));
        // The same record may prove both.
        if (PlaceAfter(order, [.. Wildcard, .. encloser]) is var other && other != place)
            WriteNsec(ref writer, order[other - 1]);
        return false;
    }

    // Of a name without records: how many in the order are before it; the zone's own always is.
    private static int PlaceAfter(ImmutableSortedSet<byte[]> order, ReadOnlySpan<byte> name) => ~order.IndexOf(name.ToArray());

    private static bool IsAbove(ImmutableSortedSet<byte[]> order, int place, ReadOnlySpan<byte> name) =>
        place < order.Count && CanonicalOrder.IsBelow(order[place], name);

    private bool HasRecords(ReadOnlySpan<byte> owner) => _zone.Find(owner) is { Sets.Count: > 0 };

    private void WriteNsec(ref SignedWriter writer, byte[] owner) => WriteNsec(ref writer, owner, _zone.Find(owner)!);

    private static void WriteNsec(ref SignedWriter writer, ReadOnlySpan<byte> owner, NameRecords records)
    {
        writer.Add(owner, records.Find(RecordType.NSec)!);
        writer.Add(owner, records.SignaturesOf(RecordType.NSec)!);
    }
}

/// <summary>What was written after a question.</summary>
/// <param name="Exists">Whether there is such a name.</param>
internal readonly record struct SignedAnswer(int Length, bool Exists, int Answers, int Authority);

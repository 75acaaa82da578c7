using ARSoft.Tools.Net.Dns;
using Cirrus.Dns.Signing;
using Cirrus.Dns.Zones;

namespace Cirrus.Dns.Direct;

/// <summary>
/// Answers of a signed zone for clients that want signatures, put together of the zone's own records: those of its denial prove what is not there
/// (RFC 4035 section 3.1.3, RFC 5155 section 7.2). There are no wildcards in it.
/// </summary>
internal sealed class SignedAnswers
{
    private readonly ZoneContent _zone;
    private readonly RegionalAddresses? _regional;
    private readonly Denial _denial;
    private readonly NameRecords _apex;
    private readonly int _apexLength;
    private readonly int _negativeTtl;

    private SignedAnswers(ZoneSnapshot zone, RegionalAddresses? regional)
    {
        (_zone, _regional) = (zone.Content, regional);
        _denial = Denial.In(_zone);
        _apex = new NameRecords([.. _zone.Find([])!.Sets, _zone.SoaSetOf(zone.Serial)]);
        _apexLength = WireName.Of(zone.Origin).Length;
        _negativeTtl = Math.Min(zone.Soa.TimeToLive, zone.Soa.NegativeCachingTTL);
    }

    /// <summary>Null for a zone that is not signed.</summary>
    public static SignedAnswers? Of(ZoneSnapshot zone, RegionalAddresses? regional = null) =>
        zone.Content.IsSigned ? new SignedAnswers(zone, regional) : null;

    /// <summary>Writes what follows the question.</summary>
    /// <param name="name">In the zone, in lower case.</param>
    /// <param name="region">Of the client; 0: none that matters here.</param>
    /// <param name="hand">Signs what is for a region.</param>
    /// <returns>False: there is no room for it.</returns>
    public bool TryWrite(ReadOnlySpan<byte> name, ushort type, byte region, RegionalSignatures.Hand hand, Span<byte> room, out SignedAnswer answer)
    {
        var owner = name[..^_apexLength];
        var writer = new SignedWriter(room, QueryReader.HeaderLength + owner.Length);
        if (region > 0 && RegionalOf(owner, region, (RecordType)type) is { } set && hand.Of(owner, region, set) is { } signatures)
        {
            writer.AddOfQuestion(set);
            writer.AddOfQuestion(signatures);
            answer = new SignedAnswer(writer.Length, true, writer.Records, 0);
            return !writer.IsFull;
        }
        var exists = _zone.Exists(owner);
        var records = owner.Length == 0 ? _apex : exists ? _zone.Find(owner) : null;
        var answers = WriteMatching(ref writer, records, (RecordType)type);
        if (answers == 0)
            WriteDenial(ref writer, owner, exists);
        answer = new SignedAnswer(writer.Length, exists, answers, writer.Records - answers);
        return !writer.IsFull;
    }

    // Of the types that the name has for all alone. Records of the denial tell of no others, and resolvers may answer from them for every client (RFC 8198).
    private RecordSet? RegionalOf(ReadOnlySpan<byte> owner, byte region, RecordType type) =>
        _regional!.Find(owner, region, type) is { } set && _zone.Find(owner)?.Find(type) is not null ? set : null;

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

    private void WriteDenial(ref SignedWriter writer, ReadOnlySpan<byte> owner, bool exists)
    {
        // Resolvers keep a negative answer for the lesser of the SOA's TTL and its last field (RFC 2308 section 5).
        writer.Add([], _apex.Find(RecordType.Soa)!, _negativeTtl);
        writer.Add([], _apex.SignaturesOf(RecordType.Soa)!, _negativeTtl);
        var places = exists ? [_denial.PlaceOf(owner.ToArray())] : _denial.PlacesAgainst(owner.ToArray(), EncloserOf(owner).ToArray());
        // The same record may prove several things.
        foreach (var place in places.Select(AtOrBefore).Distinct())
        {
            var records = _zone.Find(place)!;
            writer.Add(place, records.Find(_denial.Type)!);
            writer.Add(place, records.SignaturesOf(_denial.Type)!);
        }
    }

    private ReadOnlySpan<byte> EncloserOf(ReadOnlySpan<byte> owner)
    {
        do
            owner = owner[(owner[0] + 1)..];
        while (!_zone.Exists(owner));
        return owner;
    }

    // Before the first place, in the circle, is the last.
    private byte[] AtOrBefore(byte[] place)
    {
        var order = _zone.Order;
        var at = order.IndexOf(place);
        return order[at >= 0 ? at : (~at + order.Count - 1) % order.Count];
    }
}

/// <summary>What was written after a question.</summary>
/// <param name="Exists">Whether there is such a name.</param>
internal readonly record struct SignedAnswer(int Length, bool Exists, int Answers, int Authority);

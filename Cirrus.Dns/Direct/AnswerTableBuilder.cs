using System.Buffers.Binary;
using System.Numerics;
using ARSoft.Tools.Net.Dns;
using Cirrus.Dns.Zones;

namespace Cirrus.Dns.Direct;

/// <summary>Writes the answers of a zone beforehand: a pure function of its records.</summary>
internal static class AnswerTableBuilder
{
    private const int NamesPerShard = 256;

    /// <param name="regional">Addresses by name and region, for those that have any of their own.</param>
    public static AnswerTable Build(ZoneSnapshot zone, RegionalAddresses? regional = null)
    {
        var apex = WireName.Of(zone.Origin);
        var names = Names(zone, apex, regional);
        var shards = new Shard[(int)BitOperations.RoundUpToPowerOf2((uint)(names.Count / NamesPerShard) + 1)];
        for (var i = 0; i < shards.Length; i++)
            shards[i] = new Shard();
        var writer = new RecordWriter(apex);
        Span<byte> buffer = stackalloc byte[WireName.BufferLength];
        foreach (var (name, sets) in names)
        {
            WireName.Lower(name.Octets, buffer);
            var hash = WireName.Hash(buffer, name.Octets.Length);
            shards[(int)(hash >> 32) & (shards.Length - 1)].Add(hash, name.Octets, sets, writer);
        }
        return new AnswerTable(apex, Negative(zone.Soa, writer), [.. shards.Select(s => s.Done())], names.Count) { Signed = SignedAnswers.Of(zone) };
    }

    private static Dictionary<NameKey, List<AnswerSet>> Names(ZoneSnapshot zone, byte[] apex, RegionalAddresses? regional)
    {
        var names = new Dictionary<NameKey, List<AnswerSet>>();
        foreach (var group in zone.Plain.Records().Prepend(zone.Soa).GroupBy(r => r.Name))
        {
            var name = new NameKey(WireName.Of(group.Key));
            var sets = group.GroupBy(r => (ushort)r.RecordType).Select(s => new AnswerSet(s.Key, 0, [.. s], Beside(zone, s))).ToList();
            if (regional is not null)
                sets.AddRange(regional.Of(group.Key));
            // It may be there already, as the name above another.
            names[name] = sets;
            for (var above = name.Above(apex.Length); above is { } key && names.TryAdd(key, []); above = key.Above(apex.Length))
            {
            }
        }
        return names;
    }

    // The addresses of the name servers that are named.
    private static List<DnsRecordBase> Beside(ZoneSnapshot zone, IEnumerable<DnsRecordBase> records) =>
    [
        .. records.OfType<NsRecord>()
            .SelectMany(ns => zone.Find(ns.NameServer) ?? [])
            .Where(r => r.RecordType is RecordType.A or RecordType.Aaaa),
    ];

    // Resolvers keep a negative answer for the lesser of the SOA's TTL and its last field (RFC 2308 section 5).
    private static NegativeAnswer Negative(SoaRecord soa, RecordWriter writer)
    {
        writer.Begin(WireName.MaxLength);
        writer.Add(new SoaRecord(
            soa.Name, Math.Min(soa.TimeToLive, soa.NegativeCachingTTL), soa.MasterName, soa.ResponsibleName, soa.SerialNumber,
            soa.RefreshInterval, soa.RetryInterval, soa.ExpireInterval, soa.NegativeCachingTTL));
        return new NegativeAnswer(writer.Written.ToArray(), writer.ApexPointers);
    }

    /// <summary>A name in lower case, as a key.</summary>
    private readonly struct NameKey(byte[] octets) : IEquatable<NameKey>
    {
        public byte[] Octets { get; } = octets;

        /// <summary>The name above, unless that is the zone's.</summary>
        public NameKey? Above(int apexLength)
        {
            if (Octets.Length == apexLength)
                return null;
            var above = Octets[(Octets[0] + 1)..];
            return above.Length > apexLength ? new NameKey(above) : null;
        }

        public bool Equals(NameKey other) => Octets.AsSpan().SequenceEqual(other.Octets);

        public override bool Equals(object? obj) => obj is NameKey other && Equals(other);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.AddBytes(Octets);
            return hash.ToHashCode();
        }
    }

    /// <summary>A part of the table under construction.</summary>
    private sealed class Shard
    {
        private readonly List<(ulong Hash, int At)> _places = [];
        private byte[] _octets = [];
        private int _length;

        public void Add(ulong hash, byte[] name, List<AnswerSet> sets, RecordWriter writer)
        {
            _places.Add((hash, _length));
            Append([(byte)name.Length]);
            Append(name);
            Append([checked((byte)sets.Count)]);
            var headAt = _length;
            Append(new byte[sets.Count * NameAnswers.HeadLength]);
            foreach (var set in sets)
            {
                writer.Begin(name.Length);
                foreach (var record in set.Records)
                    writer.AddOfQuestion(record);
                var answerLength = writer.Length;
                foreach (var record in set.Beside)
                    writer.Add(record);
                Head(_octets.AsSpan(headAt, NameAnswers.HeadLength), set, answerLength, writer.Length);
                Append(writer.Written);
                headAt += NameAnswers.HeadLength;
            }
        }

        public AnswerShard Done()
        {
            var slots = new ulong[BitOperations.RoundUpToPowerOf2((uint)(_places.Count * 2) + 1)];
            foreach (var (hash, at) in _places)
            {
                var i = (int)hash & (slots.Length - 1);
                while (slots[i] != 0)
                    i = (i + 1) & (slots.Length - 1);
                slots[i] = (hash & 0xFFFF_FFFF_0000_0000) | (uint)(at + 1);
            }
            return new AnswerShard(slots, _octets[.._length]);
        }

        private void Head(Span<byte> head, AnswerSet set, int answerLength, int length)
        {
            BinaryPrimitives.WriteUInt16BigEndian(head, set.Type);
            head[2] = set.Region;
            BinaryPrimitives.WriteUInt16BigEndian(head[3..], checked((ushort)set.Records.Count));
            head[5] = checked((byte)set.Beside.Count);
            BinaryPrimitives.WriteUInt16BigEndian(head[6..], checked((ushort)length));
            BinaryPrimitives.WriteUInt16BigEndian(head[8..], checked((ushort)answerLength));
            BinaryPrimitives.WriteInt32BigEndian(head[10..], _length);
        }

        private void Append(ReadOnlySpan<byte> octets)
        {
            if (_length + octets.Length > _octets.Length)
                Array.Resize(ref _octets, Math.Max(1024, (_length + octets.Length) * 2));
            octets.CopyTo(_octets.AsSpan(_length));
            _length += octets.Length;
        }
    }
}

/// <summary>The records of a name and a type.</summary>
/// <param name="Region">0: for everyone.</param>
/// <param name="Beside">What goes into the additional section.</param>
internal sealed record AnswerSet(ushort Type, byte Region, IReadOnlyList<DnsRecordBase> Records, IReadOnlyList<DnsRecordBase> Beside);

using System.Numerics;
using ARSoft.Tools.Net.Dns;
using Cirrus.Dns.Zones;

namespace Cirrus.Dns.Direct;

/// <summary>
/// Writes the answers of a zone beforehand: a pure function of its records. Another table made of one costs what differs: the shards of the names
/// that are not as they were are written anew, the others are shared.
/// </summary>
internal sealed class AnswerTableBuilder
{
    private const int NamesPerShard = 256;

    private readonly ZoneSnapshot _zone;
    private readonly ZoneContent _content;
    private readonly RegionalAddresses? _regional;
    private readonly byte[] _apex;
    private readonly RecordWriter _writer;

    private AnswerTableBuilder(ZoneSnapshot zone, RegionalAddresses? regional)
    {
        (_zone, _content, _regional) = (zone, zone.Plain, regional);
        _apex = WireName.Of(zone.Origin);
        _writer = new RecordWriter(_apex);
    }

    /// <param name="regional">Addresses by name and region, for those that have any of their own.</param>
    public static AnswerTable Build(ZoneSnapshot zone, RegionalAddresses? regional = null) => new AnswerTableBuilder(zone, regional).Whole();

    /// <summary>The same from what there is of another zone, or of this one at another time.</summary>
    /// <param name="before">What the table was built of.</param>
    /// <param name="names">Gets how many names were looked at.</param>
    public static AnswerTable Update(AnswerTable table, AnswerSource before, AnswerSource now, out int names)
    {
        var builder = new AnswerTableBuilder(now.Zone, now.Regional);
        if (!builder._apex.AsSpan().SequenceEqual(table.Apex) || (now.Regional is null) != (before.Regional is null))
        {
            names = -1;
            return builder.Whole();
        }
        // The zone's own name has its serial.
        var changed = new HashSet<byte[]>(OwnerName.Comparer) { Array.Empty<byte>() };
        changed.UnionWith(now.Zone.Plain.ChangesSince(before.Zone.Plain).Select(c => c.Owner));
        if (now.Regional is { } regional)
            changed.UnionWith(regional.ChangedSince(before.Regional!));
        names = changed.Count;
        return builder.Changed(table, changed);
    }

    private AnswerTable Whole()
    {
        var names = _content.Names().Select(n => n.Owner).Append([]).Distinct(OwnerName.Comparer).ToList();
        var shards = new AnswerShardWriter[(int)BitOperations.RoundUpToPowerOf2((uint)(names.Count / NamesPerShard) + 1)];
        for (var i = 0; i < shards.Length; i++)
            shards[i] = new AnswerShardWriter(_writer);
        foreach (var owner in names)
        {
            var name = NameOf(owner);
            Write(shards[AnswerTable.ShardOf(name.Hash, shards.Length)], owner, name);
        }
        return Table([.. shards.Select(s => s.Done())], names.Count);
    }

    private AnswerTable Changed(AnswerTable table, IReadOnlyCollection<byte[]> changed)
    {
        var shards = table.Shards.ToArray();
        var count = table.Count;
        foreach (var group in changed.Select(owner => (Owner: owner, Name: NameOf(owner))).GroupBy(c => AnswerTable.ShardOf(c.Name.Hash, shards.Length)))
        {
            var former = shards[group.Key];
            var shard = new AnswerShardWriter(_writer);
            var anew = group.Select(c => c.Name.Octets).ToHashSet(OwnerName.Comparer);
            var isAnew = anew.GetAlternateLookup<ReadOnlySpan<byte>>();
            for (var at = 0; at < former.Octets.Length;)
            {
                var entry = former.EntryAt(at);
                var name = AnswerShard.NameOf(entry);
                if (!isAnew.Contains(name))
                    shard.Copy(WireName.HashOf(name), entry);
                at += entry.Length;
            }
            foreach (var (owner, name) in group)
                Write(shard, owner, name);
            shards[group.Key] = shard.Done();
            count += shards[group.Key].Count - former.Count;
        }
        // In shards too long, or too many of them, what differs costs more than it need.
        return count > shards.Length * 2 * NamesPerShard || (shards.Length > 1 && count < shards.Length * (NamesPerShard / 8)) ? Whole() : Table(shards, count);
    }

    private AnswerTable Table(AnswerShard[] shards, int count) =>
        new(_apex, Negative(), shards, count) { Signed = SignedAnswers.Of(_zone, _regional) };

    private void Write(AnswerShardWriter shard, byte[] owner, (byte[] Octets, ulong Hash) name)
    {
        if (owner.Length > 0 && _content.Find(owner) is null)
            return;
        var sets = new List<AnswerSet>();
        if (owner.Length == 0)
            sets.Add(new AnswerSet(0, _content.SoaSetOf(_zone.Serial)));
        foreach (var set in _content.Find(owner)?.Sets ?? [])
            sets.Add(new AnswerSet(0, set, set.Type == RecordType.Ns ? Beside(set) : []));
        if (_regional is not null)
            sets.AddRange(_regional.Of(owner));
        shard.Add(name.Hash, name.Octets, sets);
    }

    // The addresses of the name servers that are named.
    private List<(byte[] Name, RecordSet Set)> Beside(RecordSet servers) =>
    [
        .. from server in servers.Data
           where WireName.IsWithin(server, _apex)
           from set in _content.Find(server.AsSpan(0, server.Length - _apex.Length))?.Sets ?? []
           where set.Type is RecordType.A or RecordType.Aaaa
           select (server, set),
    ];

    // Resolvers keep a negative answer for the lesser of the SOA's TTL and its last field (RFC 2308 section 5).
    private NegativeAnswer Negative()
    {
        var soa = _zone.Soa;
        _writer.Begin(WireName.MaxLength);
        _writer.Add(_apex, _content.SoaSetOf(_zone.Serial), Math.Min(soa.TimeToLive, soa.NegativeCachingTTL));
        return new NegativeAnswer(_writer.Written.ToArray(), _writer.ApexPointers);
    }

    private (byte[] Octets, ulong Hash) NameOf(byte[] owner)
    {
        byte[] octets = [.. owner, .. _apex];
        return (octets, WireName.HashOf(octets));
    }
}

/// <summary>What answers are written from.</summary>
internal readonly record struct AnswerSource(ZoneSnapshot Zone, RegionalAddresses? Regional);

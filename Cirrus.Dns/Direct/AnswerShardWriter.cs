using System.Buffers.Binary;
using System.Numerics;

namespace Cirrus.Dns.Direct;

/// <summary>A part of the table under construction.</summary>
internal sealed class AnswerShardWriter(RecordWriter writer)
{
    private readonly List<(ulong Hash, int At)> _places = [];
    private byte[] _octets = [];
    private int _length;

    /// <param name="name">In lower case, its hash beside it.</param>
    /// <param name="sets">Those for everyone first.</param>
    public void Add(ulong hash, ReadOnlySpan<byte> name, IReadOnlyCollection<AnswerSet> sets)
    {
        var start = _length;
        _places.Add((hash, start));
        Append(stackalloc byte[sizeof(int)]);
        Append([(byte)name.Length]);
        Append(name);
        var answersAt = _length;
        Append([checked((byte)sets.Count)]);
        var headAt = _length;
        Append(new byte[sets.Count * NameAnswers.HeadLength]);
        foreach (var set in sets)
        {
            writer.Begin(name.Length);
            writer.AddOfQuestion(set.Set);
            var answerLength = writer.Length;
            foreach (var (beside, records) in set.Beside)
                writer.Add(beside, records, records.Ttl);
            Head(_octets.AsSpan(headAt, NameAnswers.HeadLength), set, answerLength, writer.Length, _length - answersAt);
            Append(writer.Written);
            headAt += NameAnswers.HeadLength;
        }
        BinaryPrimitives.WriteInt32BigEndian(_octets.AsSpan(start), _length - start);
    }

    /// <summary>What another shard has of a name, as it is there: no part of it says where it is.</summary>
    public void Copy(ulong hash, ReadOnlySpan<byte> entry)
    {
        _places.Add((hash, _length));
        Append(entry);
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
        return new AnswerShard(slots, _octets[.._length], _places.Count);
    }

    private static void Head(Span<byte> head, AnswerSet set, int answerLength, int length, int place)
    {
        BinaryPrimitives.WriteUInt16BigEndian(head, (ushort)set.Set.Type);
        head[2] = set.Region;
        BinaryPrimitives.WriteUInt16BigEndian(head[3..], checked((ushort)set.Set.Data.Length));
        head[5] = checked((byte)set.Beside.Sum(b => b.Set.Data.Length));
        BinaryPrimitives.WriteUInt16BigEndian(head[6..], checked((ushort)length));
        BinaryPrimitives.WriteUInt16BigEndian(head[8..], checked((ushort)answerLength));
        BinaryPrimitives.WriteInt32BigEndian(head[10..], place);
    }

    private void Append(ReadOnlySpan<byte> octets)
    {
        if (_length + octets.Length > _octets.Length)
            Array.Resize(ref _octets, Math.Max(1024, (_length + octets.Length) * 2));
        octets.CopyTo(_octets.AsSpan(_length));
        _length += octets.Length;
    }
}

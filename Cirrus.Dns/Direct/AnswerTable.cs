using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Cirrus.Dns.Direct;

/// <summary>
/// All answers of a zone as they go out: what follows the question, for each name and type. Immutable; it is replaced whole, and one that differs
/// by little shares with it the shards that are alike.
/// </summary>
internal sealed class AnswerTable(byte[] apex, NegativeAnswer negative, AnswerShard[] shards, int count)
{
    /// <summary>The zone's name, in lower case.</summary>
    public byte[] Apex { get; } = apex;

    /// <summary>What says that a name, or a type of it, does not exist.</summary>
    public NegativeAnswer Negative { get; } = negative;

    /// <summary>A power of two.</summary>
    public AnswerShard[] Shards { get; } = shards;

    /// <summary>How many names there are, those that only have names below them included.</summary>
    public int Count { get; } = count;

    /// <param name="name">A buffer with the name in lower case, as <see cref="WireName"/> fills it.</param>
    public NameAnswers Find(ReadOnlySpan<byte> name, int length)
    {
        var hash = WireName.Hash(name, length);
        return Shards[ShardOf(hash, Shards.Length)].Find(name[..length], hash);
    }

    /// <summary>In which of so many shards a name is, by its hash.</summary>
    public static int ShardOf(ulong hash, int shards) => (int)(hash >> 32) & (shards - 1);
}

/// <summary>A part of the names: their answers in one piece, and where to find them by hash.</summary>
internal sealed class AnswerShard(ulong[] slots, byte[] octets, int count)
{
    // How long all there is of a name is, this included.
    private const int LengthLength = sizeof(int);

    /// <summary>In each the upper half of the hash and, in the lower, the place of the name's answers plus one; 0: free. A power of two.</summary>
    public ulong[] Slots { get; } = slots;

    /// <summary>Name after name: the length of all there is of it, its own length and labels, and what <see cref="NameAnswers"/> tells.</summary>
    public byte[] Octets { get; } = octets;

    /// <summary>How many names there are.</summary>
    public int Count { get; } = count;

    /// <summary>All there is of the name at a place.</summary>
    public ReadOnlySpan<byte> EntryAt(int at) => Octets.AsSpan(at, BinaryPrimitives.ReadInt32BigEndian(Octets.AsSpan(at)));

    /// <summary>The name of it.</summary>
    public static ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> entry) => entry.Slice(LengthLength + 1, entry[LengthLength]);

    public NameAnswers Find(ReadOnlySpan<byte> name, ulong hash)
    {
        var mask = Slots.Length - 1;
        var tag = hash & 0xFFFF_FFFF_0000_0000;
        for (var i = (int)hash & mask; ; i = (i + 1) & mask)
        {
            var slot = Slots[i];
            if (slot == 0)
                return default;
            if ((slot & 0xFFFF_FFFF_0000_0000) != tag)
                continue;
            var at = (int)(uint)slot - 1 + LengthLength;
            if (Octets.AsSpan(at + 1, Octets[at]).SequenceEqual(name))
                return new NameAnswers(Octets, at + 1 + Octets[at]);
        }
    }
}

/// <summary>The answers of a name: their number, a head for each, and then what is sent. Places are counted from the number.</summary>
internal readonly ref struct NameAnswers(byte[] octets, int at)
{
    /// <summary>Type (2 octets), region (1), records of the answer (2) and beside it (1), the length of both (2) and of the answer (2), place (4).</summary>
    public const int HeadLength = 14;

    private readonly byte[]? _octets = octets;
    private readonly int _at = at;

    /// <summary>Whether the name exists.</summary>
    public bool Exist => _octets is not null;

    /// <summary>Those of a type, for a region if there are any for it, else the ordinary ones; none: the default.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PreparedAnswer Find(ushort type, byte region)
    {
        var heads = _octets.AsSpan(_at);
        var end = 1 + (heads[0] * HeadLength);
        if (end == 1)
            return default;
        // To ANY one set of records is answer enough (RFC 8482 section 4.1).
        if (type == RecordTypes.Any)
            type = BinaryPrimitives.ReadUInt16BigEndian(heads[1..]);
        var found = 0;
        for (var at = 1; at < end; at += HeadLength)
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(heads[at..]) != type)
                continue;
            var of = heads[at + 2];
            if (of == region)
            {
                found = at;
                break;
            }
            // The ordinary ones come first.
            if (of == 0)
                found = at;
        }
        if (found == 0)
            return default;
        var head = heads.Slice(found, HeadLength);
        var place = BinaryPrimitives.ReadInt32BigEndian(head[10..]);
        return new PreparedAnswer(
            heads.Slice(place, BinaryPrimitives.ReadUInt16BigEndian(head[6..])),
            BinaryPrimitives.ReadUInt16BigEndian(head[8..]),
            BinaryPrimitives.ReadUInt16BigEndian(head[3..]),
            head[5],
            IsTailored(heads, end));
    }

    private static bool IsTailored(ReadOnlySpan<byte> heads, int end)
    {
        // Regions come last.
        return heads[end - HeadLength + 2] != 0;
    }
}

/// <summary>What follows the question of one answer.</summary>
/// <param name="octets">The answer's records, then those beside it.</param>
/// <param name="answerLength">Of the answer's alone.</param>
/// <param name="isTailored">Whether the name has answers that depend on the client.</param>
internal readonly ref struct PreparedAnswer(ReadOnlySpan<byte> octets, int answerLength, ushort answers, byte beside, bool isTailored)
{
    public readonly ReadOnlySpan<byte> Octets = octets;
    public readonly int AnswerLength = answerLength;
    public readonly ushort Answers = answers;
    public readonly byte Beside = beside;
    public readonly bool IsTailored = isTailored;
}

/// <summary>The SOA record of negative answers; its names end with pointers into the question, which depend on the question's length.</summary>
internal sealed class NegativeAnswer(byte[] octets, int[] pointers)
{
    public int Length => octets.Length;

    /// <param name="apexAt">Where in the message the zone's name is.</param>
    public void Write(Span<byte> place, int apexAt)
    {
        octets.CopyTo(place);
        foreach (var at in pointers)
            BinaryPrimitives.WriteUInt16BigEndian(place[at..], (ushort)(0xC000 | apexAt));
    }
}

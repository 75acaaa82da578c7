using System.Buffers.Binary;
using ARSoft.Tools.Net.Dns;
using Cirrus.Dns.Zones;

namespace Cirrus.Dns.Transfers;

/// <summary>
/// Writes a record after the other into responses to one question, as many as it takes. The zone's name is a pointer to the question's,
/// which every one of them has.
/// </summary>
internal sealed class TransferWriter
{
    private const int HeaderLength = 12;
    private const int MaxLabel = 63;
    private const int AnswerCountAt = 6;
    private const int AdditionalCountAt = 10;
    private const int Pointer = 0xC000;
    private const byte Response = 0x80;
    private const byte Authoritative = 0x04;

    // An OPT record without options: no name, its type, the payload, no flags.
    private static readonly byte[] Edns = [0, 0, (byte)RecordType.Opt, 1232 >> 8, 1232 & 255, 0, 0, 0, 0, 0, 0];

    private readonly byte[] _buffer;
    private readonly int _start;
    private readonly int _limit;
    private readonly bool _hasEdns;
    private int _length;
    private int _records;
    private byte[]? _owner;
    private int _ownerAt;

    /// <param name="query">A readable one with one question, for the zone.</param>
    /// <param name="limit">How long a response may be; at least enough for the question and one record.</param>
    public TransferWriter(byte[] query, bool hasEdns, int limit)
    {
        _buffer = new byte[limit];
        _hasEdns = hasEdns;
        _limit = hasEdns ? limit - Edns.Length : limit;
        _start = EndOfQuestion(query);
        query.AsSpan(0, _start).CopyTo(_buffer);
        // Operation and "recursion desired" are given back.
        _buffer[2] = (byte)((query[2] & 0x79) | Response | Authoritative);
        _buffer[3] = 0;
        _buffer.AsSpan(AnswerCountAt, HeaderLength - AnswerCountAt).Clear();
        Begin();
    }

    /// <summary>Where the question ends; -1 when its name is not written out, as nobody does who asks.</summary>
    public static int EndOfQuestion(ReadOnlySpan<byte> query)
    {
        var at = HeaderLength;
        while (at < query.Length && query[at] is > 0 and <= MaxLabel)
            at += query[at] + 1;
        var end = at + 1 + (2 * sizeof(ushort));
        return end <= query.Length && query[at] == 0 ? end : -1;
    }

    /// <summary>The records, in as many responses as it takes.</summary>
    public IEnumerable<byte[]> Write(IEnumerable<ZoneTransfer.Item> items)
    {
        foreach (var item in items)
        {
            if (TryAdd(item))
                continue;
            yield return End();
            if (!TryAdd(item))
                throw new InvalidOperationException($"A record of {item.Data.Length} octets fits no message.");
        }
        yield return End();
    }

    /// <summary>The records in one response; null where they don't fit.</summary>
    public byte[]? TryWriteOne(IEnumerable<ZoneTransfer.Item>? items)
    {
        if (items is not null && items.All(TryAdd))
            return End();
        Begin();
        return null;
    }

    /// <summary>A response without records.</summary>
    public byte[] Fail(ReturnCode code)
    {
        Begin();
        _buffer[2] &= unchecked((byte)~Authoritative);
        _buffer[3] = (byte)code;
        return End();
    }

    private bool TryAdd(ZoneTransfer.Item item)
    {
        var (owner, type, ttl, data) = item;
        var known = ReferenceEquals(owner, _owner) || owner.Length == 0;
        var nameLength = known ? sizeof(ushort) : owner.Length + sizeof(ushort);
        if (_length + nameLength + RecordSet.HeaderLength + data.Length > _limit)
            return false;
        if (known)
        {
            Write(Pointer | (owner.Length == 0 ? HeaderLength : _ownerAt));
        }
        else
        {
            (_owner, _ownerAt) = (owner, _length);
            owner.CopyTo(_buffer.AsSpan(_length));
            _length += owner.Length;
            Write(Pointer | HeaderLength);
        }
        Write((int)type);
        Write((int)RecordClass.INet);
        BinaryPrimitives.WriteInt32BigEndian(_buffer.AsSpan(_length), ttl);
        _length += sizeof(int);
        Write(data.Length);
        data.CopyTo(_buffer.AsSpan(_length));
        _length += data.Length;
        _records++;
        return true;
    }

    private byte[] End()
    {
        BinaryPrimitives.WriteUInt16BigEndian(_buffer.AsSpan(AnswerCountAt), (ushort)_records);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer.AsSpan(AdditionalCountAt), (ushort)(_hasEdns ? 1 : 0));
        byte[] response = _hasEdns ? [.. _buffer.AsSpan(0, _length), .. Edns] : [.. _buffer.AsSpan(0, _length)];
        Begin();
        return response;
    }

    private void Begin()
    {
        _length = _start;
        _records = 0;
        _owner = null;
    }

    private void Write(int value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_buffer.AsSpan(_length), (ushort)value);
        _length += sizeof(ushort);
    }
}

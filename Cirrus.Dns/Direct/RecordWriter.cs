using System.Buffers.Binary;
using ARSoft.Tools.Net.Dns;
using Cirrus.Dns.Zones;

namespace Cirrus.Dns.Direct;

/// <summary>Writes records as they stand in an answer to a question for a name, ends of names as pointers into the question.</summary>
/// <param name="apex">The zone's name, in lower case.</param>
internal sealed class RecordWriter(byte[] apex)
{
    private const ushort Internet = 1;

    private byte[] _octets = new byte[1024];
    private readonly List<int> _apexPointers = [];
    private int _nameLength;

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _octets.AsSpan(0, Length);

    /// <summary>Where pointers to the zone's name are.</summary>
    public int[] ApexPointers => [.. _apexPointers];

    /// <summary>Begins anew.</summary>
    /// <param name="nameLength">Of the name in the question.</param>
    public void Begin(int nameLength)
    {
        _nameLength = nameLength;
        _apexPointers.Clear();
        Length = 0;
    }

    /// <summary>Writes the records of the name that was asked for.</summary>
    public void AddOfQuestion(RecordSet set)
    {
        foreach (var data in set.Data)
        {
            Pointer(QueryReader.HeaderLength);
            AddAfterOwner(set, set.Ttl, data);
        }
    }

    /// <summary>Writes the records of the zone's name, or of one below it.</summary>
    public void Add(ReadOnlySpan<byte> name, RecordSet set, int ttl)
    {
        foreach (var data in set.Data)
        {
            Name(name);
            AddAfterOwner(set, ttl, data);
        }
    }

    private void AddAfterOwner(RecordSet set, int ttl, ReadOnlySpan<byte> data)
    {
        UInt16((ushort)set.Type);
        UInt16(Internet);
        UInt32((uint)ttl);
        var lengthAt = Length;
        UInt16(0);
        // Names may be shortened in records of the first RFCs only (RFC 3597 section 4).
        for (var names = NamesIn(set.Type); names > 0; names--)
        {
            var length = WireName.LengthOf(data);
            Name(data[..length]);
            data = data[length..];
        }
        Octets(data);
        BinaryPrimitives.WriteUInt16BigEndian(_octets.AsSpan(lengthAt), (ushort)(Length - lengthAt - 2));
    }

    private static int NamesIn(RecordType type) => type switch
    {
        RecordType.Soa => 2,
        RecordType.Ns or RecordType.CName => 1,
        _ => 0,
    };

    private void Name(ReadOnlySpan<byte> name)
    {
        if (!WireName.IsWithin(name, apex))
        {
            Octets(name);
            return;
        }
        Octets(name[..^apex.Length]);
        _apexPointers.Add(Length);
        Pointer(QueryReader.HeaderLength + _nameLength - apex.Length);
    }

    private void Pointer(int to) => UInt16((ushort)(0xC000 | to));

    private void UInt16(ushort value)
    {
        Span<byte> octets = stackalloc byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(octets, value);
        Octets(octets);
    }

    private void UInt32(uint value)
    {
        Span<byte> octets = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(octets, value);
        Octets(octets);
    }

    private void Octets(ReadOnlySpan<byte> octets)
    {
        if (Length + octets.Length > _octets.Length)
            Array.Resize(ref _octets, (Length + octets.Length) * 2);
        octets.CopyTo(_octets.AsSpan(Length));
        Length += octets.Length;
    }
}

using System.Buffers.Binary;
using System.Text;
using ARSoft.Tools.Net;
using ARSoft.Tools.Net.Dns;

namespace Cirrus.Dns.Direct;

/// <summary>Writes records as they stand in an answer to a question for a name, ends of names as pointers into the question.</summary>
/// <param name="apex">The zone's name, in lower case.</param>
internal sealed class RecordWriter(byte[] apex)
{
    private const int MaxText = 255;

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

    /// <summary>Writes a record of the name that was asked for.</summary>
    public void AddOfQuestion(DnsRecordBase record)
    {
        Pointer(QueryReader.HeaderLength);
        AddAfterOwner(record);
    }

    /// <summary>Writes a record of the zone's name, or of one below it.</summary>
    public void Add(DnsRecordBase record)
    {
        Name(record.Name);
        AddAfterOwner(record);
    }

    private void AddAfterOwner(DnsRecordBase record)
    {
        UInt16((ushort)record.RecordType);
        UInt16((ushort)record.RecordClass);
        UInt32((uint)record.TimeToLive);
        var lengthAt = Length;
        UInt16(0);
        Contents(record);
        BinaryPrimitives.WriteUInt16BigEndian(_octets.AsSpan(lengthAt), (ushort)(Length - lengthAt - 2));
    }

    private void Contents(DnsRecordBase record)
    {
        switch (record)
        {
            case AddressRecordBase address:
                Octets(address.Address.GetAddressBytes());
                break;
            case NsRecord ns:
                Name(ns.NameServer);
                break;
            case CNameRecord alias:
                Name(alias.CanonicalName);
                break;
            case SoaRecord soa:
                Name(soa.MasterName);
                Name(soa.ResponsibleName);
                UInt32(soa.SerialNumber);
                UInt32((uint)soa.RefreshInterval);
                UInt32((uint)soa.RetryInterval);
                UInt32((uint)soa.ExpireInterval);
                UInt32((uint)soa.NegativeCachingTTL);
                break;
            case TextRecordBase text:
                foreach (var part in text.TextParts)
                    Text(part);
                break;
            case CAARecord caa:
                Octets([caa.Flags]);
                Text(caa.Tag);
                Octets(Encoding.Latin1.GetBytes(caa.Value));
                break;
            case UnknownRecord other:
                Octets(other.RecordData);
                break;
            default:
                throw new NotSupportedException($"Records of the type {record.RecordType} can't be answered directly.");
        }
    }

    private void Name(DomainName name)
    {
        var wire = WireName.Of(name);
        if (!WireName.IsWithin(wire, apex))
        {
            Octets(wire);
            return;
        }
        Octets(wire.AsSpan(0, wire.Length - apex.Length));
        _apexPointers.Add(Length);
        Pointer(QueryReader.HeaderLength + _nameLength - apex.Length);
    }

    // Text beyond 255 octets does not come up: what holds it has parts.
    private void Text(string text)
    {
        var octets = Encoding.Latin1.GetBytes(text);
        if (octets.Length > MaxText)
            throw new NotSupportedException($"A text of {octets.Length} octets does not fit into a record.");
        Octets([(byte)octets.Length]);
        Octets(octets);
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

using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using ARSoft.Tools.Net;
using ARSoft.Tools.Net.Dns;
using Cirrus.Core.Steering;

namespace Cirrus.Dns.Zones;

/// <summary>The records of one name and type, in the format of messages. It does not know its name, so names that say the same share it.</summary>
internal sealed class RecordSet : IEquatable<RecordSet>
{
    /// <summary>Type, class, TTL and length, before the data of each record.</summary>
    public const int HeaderLength = 10;

    public RecordSet(RecordType type, int ttl, IEnumerable<byte[]> data)
    {
        Type = type;
        Ttl = ttl;
        // The order within a set means nothing in DNS; a fixed one keeps equal sets equal.
        var sorted = data.ToArray();
        Array.Sort(sorted, ByOctets.Instance);
        Data = ImmutableCollectionsMarshal.AsImmutableArray(WithoutDuplicates(sorted));
        foreach (var octets in Data)
            Length += HeaderLength + octets.Length;
    }

    public RecordType Type { get; }
    public int Ttl { get; }

    /// <summary>The type that signatures cover (RFC 4034 section 3.1); 0: these are none.</summary>
    public RecordType Covered => Type == RecordType.RrSig ? (RecordType)BinaryPrimitives.ReadUInt16BigEndian(Data[0]) : 0;

    /// <summary>Of each record, in the order of their octets (RFC 4034 section 6.3).</summary>
    public ImmutableArray<byte[]> Data { get; }

    /// <summary>Octets that the records take in a message, without their owners.</summary>
    public int Length { get; }

    public static RecordSet OfText(int ttl, IEnumerable<string> texts) => new(RecordType.Txt, ttl, texts.Select(Text));

    /// <param name="records">As <see cref="Authorities"/> has them.</param>
    public static RecordSet OfAuthorities(int ttl, string records) => new(RecordType.CAA, ttl, Authorities.DataOf(records));

    public static RecordSet OfNames(RecordType type, int ttl, IEnumerable<DomainName> names) => new(type, ttl, names.Select(OwnerName.Whole));

    /// <summary>As ARSoft answers them.</summary>
    public IEnumerable<DnsRecordBase> RecordsOf(DomainName owner) => Data.Select<byte[], DnsRecordBase>(data => Type switch
    {
        RecordType.A => new ARecord(owner, Ttl, new IPAddress(data)),
        RecordType.Aaaa => new AaaaRecord(owner, Ttl, new IPAddress(data)),
        RecordType.Ns => new NsRecord(owner, Ttl, OwnerName.Parse(data)),
        RecordType.Txt => new TxtRecord(owner, Ttl, Texts(data)),
        RecordType.CAA => new CAARecord(
            owner, Ttl, data[0], Encoding.ASCII.GetString(data, 2, data[1]), Encoding.ASCII.GetString(data.AsSpan(2 + data[1]))),
        _ => new UnknownRecord(owner, Type, RecordClass.INet, Ttl, data),
    });

    public bool Equals(RecordSet? other) => ReferenceEquals(this, other)
        || (other is not null && Type == other.Type && Ttl == other.Ttl && Data.Length == other.Data.Length
            && Data.Zip(other.Data).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second)));

    public override bool Equals(object? obj) => Equals(obj as RecordSet);

    public override int GetHashCode() => HashCode.Combine(Type, Ttl, Data.Length);

    // There are none in a set (RFC 2181 section 5).
    private static byte[][] WithoutDuplicates(byte[][] sorted)
    {
        for (var i = 1; i < sorted.Length; i++)
        {
            if (sorted[i].AsSpan().SequenceEqual(sorted[i - 1]))
                return [.. sorted.Distinct(OwnerName.Comparer)];
        }
        return sorted;
    }

    // Character strings of at most 255 octets, each after its length (RFC 1035 section 3.3.14).
    private static byte[] Text(string text)
    {
        var octets = Encoding.UTF8.GetBytes(text);
        return octets.Length == 0 ? [0] : [.. octets.Chunk(byte.MaxValue).SelectMany(part => part.Prepend((byte)part.Length))];
    }

    private static List<string> Texts(byte[] data)
    {
        var texts = new List<string>();
        for (var at = 0; at < data.Length; at += data[at] + 1)
            texts.Add(Encoding.UTF8.GetString(data, at + 1, data[at]));
        return texts;
    }

    private sealed class ByOctets : IComparer<byte[]>
    {
        public static readonly ByOctets Instance = new();

        public int Compare(byte[]? x, byte[]? y) => x.AsSpan().SequenceCompareTo(y);
    }
}

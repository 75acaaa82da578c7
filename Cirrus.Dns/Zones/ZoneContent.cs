using System.Collections.Immutable;
using ARSoft.Tools.Net;
using ARSoft.Tools.Net.Dns;

namespace Cirrus.Dns.Zones;

/// <summary>All a zone says but its serial: immutable, and another one made of it costs what differs.</summary>
internal sealed class ZoneContent
{
    // An owner as a pointer, or its labels and a pointer to the zone's name (RFC 1035 section 4.1.4).
    private const int PointerLength = 2;

    private readonly SoaRecord _soa;
    private readonly NameTree _names;
    private readonly ZoneDigest _sum;
    private readonly SignedPart? _signed;

    /// <summary>A zone without names.</summary>
    /// <param name="soa">Its SOA record, whatever the serial.</param>
    public ZoneContent(SoaRecord soa)
        : this(soa, NameTree.Empty, default(ZoneDigest).With([], new NameRecords([OfSoa(soa, 0)])), 0, 0, null)
    {
    }

    private ZoneContent(SoaRecord soa, NameTree names, ZoneDigest sum, int count, long length, SignedPart? signed)
    {
        _soa = soa;
        _names = names;
        _sum = sum;
        _signed = signed;
        Count = count;
        Length = length;
        Digest = sum.ToString();
    }

    /// <summary>The zone's name.</summary>
    public DomainName Origin => _soa.Name;

    /// <summary>Whether it holds signatures.</summary>
    public bool IsSigned => _signed is not null;

    /// <summary>The zone without what is in it only because it is signed.</summary>
    public ZoneContent Plain => _signed?.Plain ?? this;

    /// <summary>The names of a signed zone that have a record of its denial, in canonical order.</summary>
    public ImmutableSortedSet<byte[]> Order => _signed?.Order ?? throw new InvalidOperationException("The zone is not signed.");

    /// <summary>Equal digests, equal records and SOA fields but the serial.</summary>
    public string Digest { get; }

    /// <summary>How many records there are, without the SOA record.</summary>
    public int Count { get; }

    /// <summary>About how many octets they take in a transfer.</summary>
    public long Length { get; }

    /// <summary>The records of a name; null for a name that does not exist.</summary>
    public NameRecords? Find(ReadOnlySpan<byte> owner) => _names.Find(owner);

    /// <summary>Whether there is a name for those who ask: the names of NSEC3 records are none (RFC 5155 section 7.2.8).</summary>
    public bool Exists(ReadOnlySpan<byte> owner) => Plain.Find(owner) is not null;

    /// <summary>All names, in no order.</summary>
    public IEnumerable<(byte[] Owner, NameRecords Records)> Names() => _names.All();

    /// <summary>All records but the SOA record, in no order.</summary>
    public IEnumerable<DnsRecordBase> Records() => Names().SelectMany(n => RecordsOf(n.Records, OwnerName.Absolute(n.Owner, Origin)));

    public static IEnumerable<DnsRecordBase> RecordsOf(NameRecords records, DomainName owner) =>
        records.Sets.SelectMany(s => s.RecordsOf(owner));

    /// <summary>The SOA record for a serial.</summary>
    public SoaRecord SoaOf(uint serial) => new(
        _soa.Name, _soa.TimeToLive, _soa.MasterName, _soa.ResponsibleName, serial,
        _soa.RefreshInterval, _soa.RetryInterval, _soa.ExpireInterval, _soa.NegativeCachingTTL);

    /// <summary>The same in the format of messages.</summary>
    public RecordSet SoaSetOf(uint serial) => OfSoa(_soa, serial);

    /// <summary>Whether the SOA records differ by nothing but the serial.</summary>
    public bool HasSoaOf(ZoneContent other) => SoaSetOf(0).Equals(other.SoaSetOf(0));

    /// <summary>What became of another zone's names in this one.</summary>
    public IReadOnlyList<NameChange> ChangesSince(ZoneContent before) => [.. _names.ChangesSince(before._names)];

    /// <summary>A zone of the same SOA record without names.</summary>
    public ZoneContent Empty() => new(_soa);

    /// <summary>The same of another SOA record.</summary>
    /// <param name="soa">As <see cref="SoaSetOf"/> gives it.</param>
    public ZoneContent Empty(RecordSet soa)
    {
        var data = soa.Data[0].AsSpan();
        var master = OwnerName.Parse(data);
        var numbers = data[^(5 * sizeof(uint))..];
        var responsible = OwnerName.Parse(data[OwnerName.Whole(master).Length..]);
        return new ZoneContent(new SoaRecord(
            Origin, soa.Ttl, master, responsible, 0, Number(numbers, 1), Number(numbers, 2), Number(numbers, 3), Number(numbers, 4)));
    }

    /// <summary>The zone with other records of some names; null: the name is no more.</summary>
    /// <param name="plain">Where it is signed, the same without that, if it is known already.</param>
    public ZoneContent With(IReadOnlyList<(byte[] Owner, NameRecords? Records)> names, ZoneContent? plain = null)
    {
        var edit = _names.Begin();
        var (count, length) = (Count, Length);
        // A sum does not depend on the order.
        var sum = Many.Select(names, n => n.Records is null ? default : ZoneDigest.Of(n.Owner, n.Records)).Aggregate(_sum, (s, d) => s.Plus(d));
        foreach (var (owner, records) in names)
        {
            if (edit.Set(owner, records) is { } former)
            {
                sum = sum.Without(owner, former);
                count -= former.Count;
                length -= LengthOf(owner, former);
            }
            if (records is not null)
            {
                count += records.Count;
                length += LengthOf(owner, records);
            }
        }
        var tree = edit.End();
        return new ZoneContent(_soa, tree, sum, count, length, SignedPartOf(tree, names, plain));
    }

    private SignedPart? SignedPartOf(NameTree names, IReadOnlyList<(byte[], NameRecords?)> changed, ZoneContent? plain)
    {
        if (!SignedPart.IsIn(names.Find([])))
            return null;
        return _signed is null ? SignedPart.Of(Empty(), names.All(), plain) : _signed.With(changed, plain);
    }

    /// <summary>About how many octets records of one name take in a transfer.</summary>
    public static long LengthOf(byte[] owner, NameRecords? records) =>
        records is null or { Count: 0 } ? 0 : owner.Length + (PointerLength * records.Count) + records.Length;

    private static int Number(ReadOnlySpan<byte> numbers, int i) =>
        System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(numbers[(i * sizeof(uint))..]);

    private static RecordSet OfSoa(SoaRecord soa, uint serial)
    {
        byte[] data = [.. OwnerName.Whole(soa.MasterName), .. OwnerName.Whole(soa.ResponsibleName), .. new byte[5 * sizeof(uint)]];
        Span<byte> numbers = data.AsSpan(data.Length - (5 * sizeof(uint)));
        ReadOnlySpan<uint> values =
            [serial, (uint)soa.RefreshInterval, (uint)soa.RetryInterval, (uint)soa.ExpireInterval, (uint)soa.NegativeCachingTTL];
        for (var i = 0; i < values.Length; i++)
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(numbers[(i * sizeof(uint))..], values[i]);
        return new RecordSet(RecordType.Soa, soa.TimeToLive, [data]);
    }
}

using ARSoft.Tools.Net.Dns;
using Cirrus.Dns.Zones;

namespace Cirrus.Dns.Signing;

/// <summary>
/// How a signed zone proves what is not in it: by a circle of records, each at a place among the zone's names, of which each says what there is of
/// one name and which place comes next in canonical order. Between the two there is none.
/// </summary>
/// <param name="origin">The zone's name with the end that a name has in a message.</param>
internal abstract class Denial(RecordType type, byte[] origin)
{
    /// <summary>How options call the two.</summary>
    public const string Nsec = "nsec", Nsec3 = "nsec3";

    private static readonly byte[] Wildcard = OwnerName.Of("*");

    /// <summary>Of its records.</summary>
    public RecordType Type => type;

    protected byte[] Origin => origin;

    public static Denial Of(string option, byte[] origin) => option == Nsec3 ? new Nsec3Denial(origin) : new NsecDenial(origin);

    /// <summary>That of a signed zone.</summary>
    public static Denial In(ZoneContent zone) =>
        Of(zone.Find([])!.Find(RecordType.NSec3Param) is null ? Nsec : Nsec3, OwnerName.Whole(zone.Origin));

    /// <summary>Whether a name is a place of the circle.</summary>
    public static bool IsPlace(NameRecords? records) => (records?.Find(RecordType.NSec) ?? records?.Find(RecordType.NSec3)) is not null;

    /// <summary>Whether a signed zone has this one.</summary>
    public bool IsThatOf(ZoneContent zone) => In(zone).Type == type;

    /// <summary>What the zone's own name has besides.</summary>
    public virtual IEnumerable<RecordSet> AtApex(int ttl) => [];

    /// <summary>Whether there is a record about a name; null: there is no such name.</summary>
    public abstract bool IsAbout(NameRecords? plain);

    /// <summary>Where the record about a name is, or would be.</summary>
    public abstract byte[] PlaceOf(byte[] owner);

    /// <summary>The places at which, or else before which, the records are that prove that there is no such name.</summary>
    /// <param name="encloser">The nearest name above it that exists.</param>
    public abstract IEnumerable<byte[]> PlacesAgainst(byte[] owner, byte[] encloser);

    /// <summary>The types that the record about a name tells.</summary>
    /// <param name="types">All it has, signatures aside.</param>
    public abstract IEnumerable<RecordType> Told(IReadOnlyCollection<RecordType> types);

    /// <summary>A record of the circle.</summary>
    /// <param name="bits">The types as <see cref="TypeBits"/> has them.</param>
    public RecordSet Record(int ttl, byte[] next, ReadOnlySpan<byte> bits) => new(type, ttl, [[.. Head(next), .. bits]]);

    /// <summary>The types that a place's record tells.</summary>
    public byte[] BitsIn(NameRecords place)
    {
        var data = place.Find(type)!.Data[0];
        return data[HeadLength(data)..];
    }

    /// <summary>The name that would stand for all below another.</summary>
    protected static byte[] WildcardBelow(byte[] encloser) => [.. Wildcard, .. encloser];

    protected abstract byte[] Head(byte[] next);

    protected abstract int HeadLength(ReadOnlySpan<byte> data);
}

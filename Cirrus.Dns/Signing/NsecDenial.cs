using ARSoft.Tools.Net.Dns;
using Cirrus.Dns.Direct;
using Cirrus.Dns.Zones;

namespace Cirrus.Dns.Signing;

/// <summary>By NSEC records, each at the name that it is about, of those that have records (RFC 4034 section 4).</summary>
internal sealed class NsecDenial(byte[] origin) : Denial(RecordType.NSec, origin)
{
    public override bool IsAbout(NameRecords? plain) => plain is { Sets.IsEmpty: false };

    public override byte[] PlaceOf(byte[] owner) => owner;

    // Neither the name nor one that stands for all (RFC 4035 section 3.1.3.2).
    public override IEnumerable<byte[]> PlacesAgainst(byte[] owner, byte[] encloser) => [owner, WildcardBelow(encloser)];

    public override IEnumerable<RecordType> Told(IReadOnlyCollection<RecordType> types) => [.. types, RecordType.RrSig, RecordType.NSec];

    protected override byte[] Head(byte[] next) => [.. next, .. Origin];

    protected override int HeadLength(ReadOnlySpan<byte> data) => WireName.LengthOf(data);
}

using ARSoft.Tools.Net.Dns;
using Cirrus.Dns.Zones;

namespace Cirrus.Dns.Signing;

/// <summary>
/// By NSEC3 records, each at the hash of the name that it is about, of all that exist (RFC 5155): by SHA-1, the one hash there is, once, without salt and
/// without leaving names out (RFC 9276 section 3.1).
/// </summary>
internal sealed class Nsec3Denial(byte[] origin) : Denial(RecordType.NSec3, origin)
{
    // Hash, flags, iterations (2 octets), length of the salt.
    private static readonly byte[] Parameters = [1, 0, 0, 0, 0];

    public override IEnumerable<RecordSet> AtApex(int ttl) => [new RecordSet(RecordType.NSec3Param, ttl, [Parameters])];

    // Also those that exist by names below them alone (section 7.1).
    public override bool IsAbout(NameRecords? plain) => plain is not null;

    public override byte[] PlaceOf(byte[] owner) => Nsec3Hash.ToLabel(Nsec3Hash.Of([.. owner, .. Origin]));

    // A name that exists, none on the way from it to the one asked for, and none that stands for all (section 7.2.2).
    public override IEnumerable<byte[]> PlacesAgainst(byte[] owner, byte[] encloser)
    {
        var at = 0;
        while (at + owner[at] + 1 < owner.Length - encloser.Length)
            at += owner[at] + 1;
        return [PlaceOf(encloser), PlaceOf(owner[at..]), PlaceOf(WildcardBelow(encloser))];
    }

    public override IEnumerable<RecordType> Told(IReadOnlyCollection<RecordType> types) => types.Count == 0 ? [] : [.. types, RecordType.RrSig];

    protected override byte[] Head(byte[] next) => [.. Parameters, Nsec3Hash.Length, .. Nsec3Hash.OfLabel(next)];

    protected override int HeadLength(ReadOnlySpan<byte> data) => Parameters.Length + 1 + Nsec3Hash.Length;
}

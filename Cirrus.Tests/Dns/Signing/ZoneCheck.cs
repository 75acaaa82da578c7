using System.Buffers.Binary;
using System.Security.Cryptography;
using ARSoft.Tools.Net.Dns;
using Cirrus.Core.Dnssec;
using Cirrus.Dns.Signing;
using Cirrus.Dns.Zones;

namespace Cirrus.Tests.Dns.Signing;

/// <summary>What a validating resolver would find of a zone.</summary>
internal static class ZoneCheck
{
    /// <summary>Ids of the keys that the zone shows.</summary>
    public static HashSet<int> Keys(ZoneContent zone) => [.. zone.Find([])!.Find(RecordType.DnsKey)!.Data.Select(d => DnssecRecords.TagOf(d))];

    /// <summary>Ids of the keys by which its records are signed, all but the keys themselves.</summary>
    public static HashSet<int> Signing(ZoneContent zone) =>
        [.. Signatures(zone).Where(s => s.Set.Covered != RecordType.DnsKey).SelectMany(s => s.Set.Data).Select(d => (int)SignatureData.TagOf(d))];

    /// <summary>Fails unless each signature is right and holds at a time, each set has one, and the names are in one circle.</summary>
    public static void Verify(ZoneSnapshot zone, DateTimeOffset now)
    {
        var seconds = (uint)now.ToUnixTimeSeconds();
        var origin = OwnerName.Whole(zone.Origin);
        var keys = zone.Content.Find([])!.Find(RecordType.DnsKey)!.Data.ToDictionary(d => DnssecRecords.TagOf(d), Open);
        var count = 0;
        foreach (var (owner, records) in zone.Content.Names())
        {
            var sets = records.Sets.Where(s => s.Type != RecordType.RrSig).ToList();
            if (owner.Length == 0)
                sets.Add(zone.Content.SoaSetOf(zone.Serial));
            foreach (var set in sets)
            {
                var signatures = records.SignaturesOf(set.Type);
                Assert.True(signatures is not null, $"{set.Type} of {Convert.ToHexString(owner)} is not signed.");
                foreach (var data in signatures.Data)
                {
                    Assert.True(seconds >= SignatureData.InceptionOf(data) && seconds < SignatureData.ExpirationOf(data), $"{set.Type} does not hold.");
                    Assert.True(keys[SignatureData.TagOf(data)].VerifyData(
                        Signed(data[..^64], [.. owner, .. origin], set), data[^64..], HashAlgorithmName.SHA256,
                        DSASignatureFormat.IeeeP1363FixedFieldConcatenation), $"{set.Type} is signed wrongly.");
                    count++;
                }
            }
        }
        Assert.True(count > 0);
        VerifyDenial(zone.Content, origin);
        foreach (var key in keys.Values)
            key.Dispose();
    }

    // Each of the names that are to be in the circle is, and nothing else; a zone has one kind of records of it.
    private static void VerifyDenial(ZoneContent zone, byte[] origin)
    {
        var isHashed = zone.Find([])!.Find(RecordType.NSec3Param) is not null;
        var names = zone.Plain.Names().Where(n => isHashed || n.Records.Sets.Length > 0).Select(n => n.Owner);
        byte[][] places = [.. names.Select(n => isHashed ? Nsec3Hash.ToLabel(Nsec3Hash.Of([.. n, .. origin])) : n).Order(CanonicalOrder.Instance)];
        Assert.Equal(places, zone.Order);
        for (var i = 0; i < places.Length; i++)
        {
            var (records, next) = (zone.Find(places[i])!, places[(i + 1) % places.Length]);
            var data = records.Find(isHashed ? RecordType.NSec3 : RecordType.NSec)!.Data.Single();
            Assert.True(data.AsSpan().StartsWith(isHashed ? [1, 0, 0, 0, 0, 20, .. Nsec3Hash.OfLabel(next)] : (byte[])[.. next, .. origin]));
        }
        Assert.DoesNotContain(zone.Names().SelectMany(n => n.Records.Sets), s => s.Type == (isHashed ? RecordType.NSec : RecordType.NSec3));
    }

    private static IEnumerable<(byte[] Owner, RecordSet Set)> Signatures(ZoneContent zone) =>
        zone.Names().SelectMany(n => n.Records.Sets.Where(s => s.Type == RecordType.RrSig).Select(s => (n.Owner, s)));

    private static byte[] Signed(byte[] head, byte[] name, RecordSet set)
    {
        var signed = head.ToList();
        foreach (var data in set.Data)
        {
            var fields = new byte[10];
            BinaryPrimitives.WriteUInt16BigEndian(fields, (ushort)set.Type);
            BinaryPrimitives.WriteUInt16BigEndian(fields.AsSpan(2), 1);
            BinaryPrimitives.WriteInt32BigEndian(fields.AsSpan(4), set.Ttl);
            BinaryPrimitives.WriteUInt16BigEndian(fields.AsSpan(8), (ushort)data.Length);
            signed.AddRange([.. name, .. fields, .. data]);
        }
        return [.. signed];
    }

    private static ECDsa Open(byte[] dnsKey) => ECDsa.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = dnsKey[4..36], Y = dnsKey[36..] },
    });
}

using System.Security.Cryptography;
using ARSoft.Tools.Net;
using ARSoft.Tools.Net.Dns;
using Cirrus.Core.Dnssec;
using Cirrus.Dns.Signing;
using Cirrus.Dns.Zones;
using CsCheck;

namespace Cirrus.Tests.Dns.Signing;

public sealed class ZoneSignerTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Validity = TimeSpan.FromDays(14);
    private static readonly SigningKeys Keys = NewKeys();

    private static readonly Gen<(byte[] Owner, NameRecords? Records)> Change = Gen.Select(Gen.Int[0, 11], Gen.Int[0, 4]).Select((name, what) => (
        OwnerName.Of(name switch { < 8 => $"n{name}", < 10 => $"below.n{name - 8}", _ => $"x.y.n{name}" }),
        what switch
        {
            0 => null,
            1 => NameRecords.None,
            2 => new NameRecords([RecordSet.OfText(60, ["none"])]),
            _ => new NameRecords([new RecordSet(RecordType.A, 60, [[192, 0, 2, (byte)what]]), new RecordSet(RecordType.Aaaa, 60, [new byte[16]])]),
        }));

    // Work for the names that have changed, the records about them where those have names of their own, the one before each, and no others.
    [Theory]
    [InlineData(Denial.Nsec, 2)]
    [InlineData(Denial.Nsec3, 3)]
    public void What_is_signed_name_by_name_is_the_zone_signed_whole(string denial, int namesForEach) => Change.Array[1, 4].Array[1, 8].Sample(steps =>
    {
        var plain = ZoneBuilder.Build(TestZone.Input([]));
        var signed = Sign(plain, null, denial: denial);
        foreach (var step in steps)
        {
            plain = plain.With(step);
            var before = signed;
            signed = Sign(plain, before, denial: denial);
            var whole = Sign(plain, null, denial: denial);

            Assert.Equal(WithoutSignatures(whole), WithoutSignatures(signed));
            Assert.Equal(plain.Digest, signed.Plain.Digest);
            Assert.Equal(whole.Order, signed.Order, OwnerName.Comparer);
            Assert.Equal((whole.Count, whole.Length), (signed.Count, signed.Length));
            Assert.Same(signed, Sign(plain, signed, denial: denial));
            Assert.Same(signed, Sign(plain, signed, all: true, denial: denial));
            Assert.True(signed.ChangesSince(before).Count <= step.Select(c => c.Owner).Distinct(OwnerName.Comparer).Count() * namesForEach);
        }
    }, iter: 60);

    [Fact]
    public void What_is_signed_with_another_denial_is_the_zone_signed_whole_and_keeps_its_signatures()
    {
        var plain = ZoneBuilder.Build(TestZone.Input([.. Enumerable.Range(0, 20).Select(i => $"www{i}.example.com")]));
        var nsec = Sign(plain, null);
        var nsec3 = Sign(plain, nsec, denial: Denial.Nsec3);
        Assert.Equal(WithoutSignatures(Sign(plain, null, denial: Denial.Nsec3)), WithoutSignatures(nsec3));
        Assert.Equal(WithoutSignatures(nsec), WithoutSignatures(Sign(plain, nsec3)));
        var signature = nsec.Find(OwnerName.Of("ns1"))!.SignaturesOf(RecordType.A);
        Assert.Same(signature, nsec3.Find(OwnerName.Of("ns1"))!.SignaturesOf(RecordType.A));
        // The names of NSEC3 records are in the zone, and none for those who ask.
        Assert.All(nsec3.Order, place => Assert.True(nsec3.Find(place) is not null && !nsec3.Exists(place)));
    }

    [Fact]
    public void Signatures_are_made_anew_when_less_than_a_third_is_left_and_not_all_at_once()
    {
        var plain = ZoneBuilder.Build(TestZone.Input([.. Enumerable.Range(0, 300).Select(i => $"www{i}.example.com")]));
        var signed = Sign(plain, null);
        Assert.Same(signed, Sign(plain, signed, Now + (Validity / 3) - TimeSpan.FromMinutes(1), all: true));
        var half = Sign(plain, signed, Now + (Validity / 2), all: true).ChangesSince(signed).Count;
        Assert.InRange(half, 100, 200);
        Assert.Equal(plain.Names().Count(), Sign(plain, signed, Now + (Validity * 2 / 3), all: true).ChangesSince(signed).Count);
        // A clock that was ahead by days made signatures that do not hold yet.
        Assert.Equal(plain.Names().Count(), Sign(plain, signed, Now - TimeSpan.FromDays(3), all: true).ChangesSince(signed).Count);
    }

    [Fact]
    public void Names_are_in_canonical_order()
    {
        // The example of RFC 4034 section 6.1 below its zone.
        string[] names = ["", "a", "yljkjljk.a", "z.a", "zabc.a", "z"];
        var order = names.Select(n => n.Length == 0 ? [] : OwnerName.Of(n)).ToArray();
        Assert.Equal(order, [.. order.Reverse().Order(CanonicalOrder.Instance)]);
    }

    // By ldns-nsec3-hash -t 0 {name}.
    [Theory]
    [InlineData("cdn.example.test", "k7ta2dr7fau6m6f6th4l4tf6jgp2hnvj")]
    [InlineData("ns1.cdn.example.test", "s529fvhqqr821fmcchsli7rabcdgiau0")]
    [InlineData("a.ns1.cdn.example.test", "r3e088eer9168126itaacv2d7u2v1irg")]
    [InlineData("*.example", "99jahpqee6f2bu0n7i5cpsm6pbs6tp05")]
    public void Names_are_hashed_as_others_do(string name, string hash)
    {
        var hashed = Nsec3Hash.Of([.. OwnerName.Of(name), 0]);
        Assert.Equal(OwnerName.Of(hash), Nsec3Hash.ToLabel(hashed));
        Assert.Equal(hashed, Nsec3Hash.OfLabel(OwnerName.Of(hash)));
    }

    private static ZoneContent Sign(
        ZoneContent plain, ZoneContent? before, DateTimeOffset? now = null, bool all = false, string denial = Denial.Nsec) =>
        ZoneSigner.Sign(plain, before, Denial.Of(denial, Keys.Origin), Keys, new SigningTime(now ?? Now, Validity), all);

    internal static SigningKeys NewKeys()
    {
        var pairs = new Dictionary<int, ECParameters>();
        var keys = new List<DnssecKey>();
        foreach (var (kind, state) in KeyRoll.Missing(DnssecKeys.None, new KeyTimes(default, default, default, default, default), Now))
        {
            using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var parameters = pair.ExportParameters(includePrivateParameters: true);
            byte[] publicKey = [.. parameters.Q.X!, .. parameters.Q.Y!];
            var id = DnssecRecords.TagOf(DnssecRecords.DnsKeyOf(kind, publicKey));
            pairs.Add(id, parameters);
            keys.Add(new DnssecKey(id, kind, state, publicKey, Now, Now, null));
        }
        return new SigningKeys(
            DomainName.Parse(TestZone.Name), DnssecKeys.None with { Keys = keys }, 3600, key => ECDsa.Create(pairs[key.Id]));
    }

    private static List<string> WithoutSignatures(ZoneContent zone) =>
    [
        .. zone.Names().Select(n => $"{Convert.ToHexString(n.Owner)} " + string.Join(' ', n.Records.Sets.Select(s =>
            $"{s.Type}/{s.Covered}/{s.Ttl}:" + (s.Covered == 0 ? string.Join(',', s.Data.Select(Convert.ToHexString)) : s.Data.Length)))).Order(StringComparer.Ordinal),
    ];
}

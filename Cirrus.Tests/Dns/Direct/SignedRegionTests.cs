using System.Net;
using ARSoft.Tools.Net.Dns;
using Cirrus.Core.Nodes;
using Cirrus.Dns.Direct;
using Cirrus.Dns.Signing;
using Cirrus.Dns.Zones;
using Cirrus.Tests.Dns.Signing;

namespace Cirrus.Tests.Dns.Direct;

/// <summary>Answers for a region of a signed zone; that their signatures hold is for <see cref="SignedTransferTests"/>.</summary>
public sealed class SignedRegionTests
{
    private const string Domain = "www.example.com";
    private static readonly string Served = TestZone.AccessNameOf(Domain);
    private static readonly Regions Regions = new(new DirectOptions { Continents = new Dictionary<string, string> { ["EU"] = "europe" } });
    private static readonly byte[] InEurope = WireQuery.Subnet(1, 24, 203, 0, 113);

    private static readonly NodeView Dual = TestZone.Node("eu-1", NodeHealth.Up, "192.0.2.1", "2001:db8::1");
    private static readonly NodeView Single = TestZone.Node("us-1", NodeHealth.Up, "192.0.2.11");

    [Fact]
    public void A_type_that_the_name_has_for_all_is_signed_for_the_region()
    {
        var response = Ask(Responder(Single), RecordType.A, WireQuery.DnssecOk(1232, InEurope));
        Assert.Equal("192.0.2.1", Assert.Single(response.Message.AnswerRecords.OfType<ARecord>()).Address.ToString());
        Assert.Single(response.Message.AnswerRecords.OfType<RrSigRecord>());
        Assert.NotEqual(0, response.Scope);
    }

    // The records that prove it to others say so of all clients, and resolvers go by them (RFC 8198).
    [Theory]
    [InlineData(Denial.Nsec, true, RecordType.Aaaa)]
    [InlineData(Denial.Nsec3, true, RecordType.Aaaa)]
    [InlineData(Denial.Nsec, false, RecordType.A)]
    [InlineData(Denial.Nsec3, false, RecordType.A)]
    public void A_type_that_the_name_lacks_for_others_is_denied_to_all_who_want_signatures(string denial, bool isServed, RecordType type)
    {
        var responder = Responder(isServed ? Single : Single with { Status = Single.Status with { Health = NodeHealth.Unknown, Served = false } }, denial);
        var response = Ask(responder, type, WireQuery.DnssecOk(1232, InEurope));
        Assert.Equal(ReturnCode.NoError, response.Message.ReturnCode);
        Assert.Empty(response.Message.AnswerRecords);
        Assert.Single(response.Message.AuthorityRecords.OfType<SoaRecord>());
        Assert.Contains(response.Message.AuthorityRecords, r => r.RecordType is RecordType.NSec or RecordType.NSec3);
        Assert.Equal(0, response.Scope);

        Assert.Single(Ask(responder, type, WireQuery.Edns(1232, InEurope)).Message.AnswerRecords);
    }

    private static (DnsMessage Message, byte Scope) Ask(TestResponder responder, RecordType type, byte[] edns)
    {
        var response = responder.Ask(WireQuery.Of(Served, (ushort)type, edns))!;
        return (DnsMessage.Parse(response), WireQuery.OptionOf(response, 8)![3]);
    }

    // Whom a zone names for all depends on hashes of names: here it has one node, and the region another.
    private static TestResponder Responder(NodeView ordinary, string denial = Denial.Nsec)
    {
        var europe = Dual with { Node = Dual.Node with { Region = "europe" } };
        var (keys, time) = (ZoneSignerTests.NewKeys(), new SigningTime(DateTimeOffset.UtcNow, TimeSpan.FromDays(9)));
        var signed = ZoneSigner.Sign(ZoneBuilder.Build(TestZone.Input([Domain], ordinary)), null, Denial.Of(denial, keys.Origin), keys, time, true);
        var signatures = new RegionalSignatures(TimeProvider.System, time.Validity);
        signatures.Use(keys);
        return new TestResponder(
            new ZoneSnapshot(ZoneSigner.SignSoa(signed, 7, keys, time), 7, TestZone.Change),
            regional: new RegionalAddresses(TestZone.Input([Domain], europe), Regions),
            ranges: RegionDatabase.Ranges([(IPAddress.Parse("203.0.113.0"), 24, Regions.Of("DE", "EU"))]),
            hand: signatures.NewHand());
    }
}

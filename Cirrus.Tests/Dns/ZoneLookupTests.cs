using ARSoft.Tools.Net;
using ARSoft.Tools.Net.Dns;
using Cirrus.Core.Acme;
using Cirrus.Core.Nodes;
using Cirrus.Dns.Answering;
using Cirrus.Dns.Zones;

namespace Cirrus.Tests.Dns;

public sealed class ZoneLookupTests
{
    private const string Soa =
        "cdn.example.test. 3600 IN SOA ns1.cdn.example.test. hostmaster.cdn.example.test. 7 60 10 2419200 30";
    private const string NegativeSoa =
        "cdn.example.test. 30 IN SOA ns1.cdn.example.test. hostmaster.cdn.example.test. 7 60 10 2419200 30";

    private static readonly string Served = TestZone.AccessNameOf("www.example.com");

    // Of a name that is no domain: an alternative name of one, say.
    private static readonly string Validated = TestZone.AccessNameOf("example.com");

    private static readonly ZoneSnapshot Zone = TestZone.Snapshot(
        TestZone.Input(["www.example.com"], TestZone.Node("edge-1", NodeHealth.Up, "192.0.2.11", "2001:db8::11")) with
        {
            Challenges = [new("example.com", "example.com", ["of-the-name", "of-the-wildcard"]), new("www.example.com", "example.com", ["of-www"])],
        });

    private static readonly ZoneSnapshot Unserved = TestZone.Snapshot(TestZone.Input(["www.example.com"]));

    public static TheoryData<string, string, ReturnCode, string[], string[], string[]> Cases() => new()
    {
        { TestZone.Name, "SOA", ReturnCode.NoError, [Soa], [], [] },
        {
            TestZone.Name, "NS", ReturnCode.NoError,
            ["cdn.example.test. 3600 IN NS ns1.cdn.example.test.", "cdn.example.test. 3600 IN NS ns2.cdn.example.test."],
            [],
            ["ns1.cdn.example.test. 3600 IN A 192.0.2.1", "ns2.cdn.example.test. 3600 IN AAAA 2001:db8::2"]
        },
        { TestZone.Name, "A", ReturnCode.NoError, [], [NegativeSoa], [] },
        { "ns1." + TestZone.Name, "A", ReturnCode.NoError, ["ns1.cdn.example.test. 3600 IN A 192.0.2.1"], [], [] },
        { "ns1." + TestZone.Name, "AAAA", ReturnCode.NoError, [], [NegativeSoa], [] },
        { Served, "A", ReturnCode.NoError, [$"{Served}. 60 IN A 192.0.2.11"], [], [] },
        { Served, "AAAA", ReturnCode.NoError, [$"{Served}. 60 IN AAAA 2001:db8::11"], [], [] },
        { Served.ToUpperInvariant(), "A", ReturnCode.NoError, [$"{Served}. 60 IN A 192.0.2.11"], [], [] },
        { Served, "TXT", ReturnCode.NoError, [], [NegativeSoa], [] },
        { Served, "ANY", ReturnCode.NoError, [$"{Served}. 60 IN A 192.0.2.11"], [], [] },
        { "_acme-challenge." + Served, "TXT", ReturnCode.NoError, [$"_acme-challenge.{Served}. 5 IN TXT \"of-www\""], [], [] },
        {
            "_acme-challenge." + Validated, "TXT", ReturnCode.NoError,
            [
                $"_acme-challenge.{Validated}. 5 IN TXT \"of-the-name\"", $"_acme-challenge.{Validated}. 5 IN TXT \"of-the-wildcard\"",
            ],
            [], []
        },
        { "_acme-challenge." + Validated, "A", ReturnCode.NoError, [], [NegativeSoa], [] },
        { Validated, "TXT", ReturnCode.NoError, [], [NegativeSoa], [] },
        { "x." + Served, "A", ReturnCode.NxDomain, [], [NegativeSoa], [] },
        { "nothing." + TestZone.Name, "A", ReturnCode.NxDomain, [], [NegativeSoa], [] },
        { "www.example.com", "A", ReturnCode.Refused, [], [], [] },
        { "example.test", "SOA", ReturnCode.Refused, [], [], [] },
        { ".", "NS", ReturnCode.Refused, [], [], [] },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_question_has_its_answer(
        string name, string type, ReturnCode code, string[] answer, string[] authority, string[] additional)
    {
        var found = Ask(Zone, name, type);

        Assert.Equal(code, found.Code);
        Assert.Equal(code != ReturnCode.Refused, found.Authoritative);
        Assert.Equal(answer, found.Answer.Select(r => r.ToString()));
        Assert.Equal(authority, found.Authority.Select(r => r.ToString()));
        Assert.Equal(additional, found.Additional.Select(r => r.ToString()));
    }

    [Fact]
    public void A_name_without_a_node_exists_and_has_no_address()
    {
        var address = Ask(Unserved, Served, "A");
        Assert.Equal(ReturnCode.NoError, address.Code);
        Assert.Empty(address.Answer);
        Assert.Equal([NegativeSoa], address.Authority.Select(r => r.ToString()));

        Assert.Equal([$"{Served}. 60 IN TXT \"no node is in the pool\""], Ask(Unserved, Served, "TXT").Answer.Select(r => r.ToString()));
    }

    [Fact]
    public void A_name_that_only_has_names_below_it_exists()
    {
        var zone = TestZone.Snapshot(TestZone.Input([]) with { Challenges = [new Challenge("www.example.com", "www.example.com", ["x"])] });

        Assert.Equal(ReturnCode.NoError, Ask(zone, TestZone.AccessNameOf("www.example.com"), "A").Code);
        Assert.Equal(ReturnCode.NxDomain, Ask(zone, "c." + TestZone.Name, "A").Code);
    }

    [Fact]
    public void A_class_other_than_internet_is_refused()
    {
        var question = new DnsQuestion(DomainName.Parse(TestZone.Name), RecordType.Txt, RecordClass.Chaos);
        Assert.Equal(ReturnCode.Refused, ZoneLookup.Answer(Zone, question).Code);
    }

    private static ZoneAnswer Ask(ZoneSnapshot zone, string name, string type) => ZoneLookup.Answer(
        zone, new DnsQuestion(DomainName.Parse(name), Enum.Parse<RecordType>(type, ignoreCase: true), RecordClass.INet));
}

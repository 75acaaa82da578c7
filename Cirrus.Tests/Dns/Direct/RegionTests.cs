using System.Net;
using ARSoft.Tools.Net.Dns;
using Cirrus.Core.Domains;
using Cirrus.Core.Nodes;
using Cirrus.Core.Steering;
using Cirrus.Dns.Direct;
using Cirrus.Dns.Zones;
using CsCheck;

namespace Cirrus.Tests.Dns.Direct;

/// <summary>Answers that depend on where the client is.</summary>
public sealed class RegionTests
{
    private static readonly string Served = TestZone.AccessNameOf("www.example.com");
    private static readonly DirectOptions Options = new()
    {
        Countries = new Dictionary<string, string> { ["IE"] = "islands" },
        Continents = new Dictionary<string, string> { ["EU"] = "europe", ["NA"] = "america", ["AS"] = "asia" },
    };
    private static readonly Regions Regions = new(Options);

    private static readonly NodeView[] Nodes =
    [
        In("europe", TestZone.Node("eu-1", NodeHealth.Up, "192.0.2.1", "2001:db8::1")),
        In("europe", TestZone.Node("eu-2", NodeHealth.Up, "192.0.2.2")),
        In("europe", TestZone.Node("eu-3", NodeHealth.Down, "192.0.2.3")),
        In("america", TestZone.Node("us-1", NodeHealth.Up, "192.0.2.11")),
        In("asia", TestZone.Node("as-1", NodeHealth.Down, "192.0.2.21")),
    ];

    [Theory]
    [InlineData("203.0.113.0", 24, "192.0.2.1 192.0.2.2", 8)]
    [InlineData("198.51.100.0", 24, "192.0.2.11", 24)]
    // Asia's node is down, and no node is in the islands: as everybody.
    [InlineData("100.64.0.0", 16, null, 9)]
    [InlineData("100.192.0.0", 10, null, 10)]
    // What the database does not know.
    [InlineData("10.0.0.0", 8, null, 8)]
    public void A_client_is_led_to_the_nodes_of_its_region(string subnet, byte bits, string? addresses, byte scope)
    {
        var responder = Responder();
        var octets = IPAddress.Parse(subnet).GetAddressBytes()[..((bits + 7) / 8)];
        var response = responder.Ask(WireQuery.Of(Served, 1, WireQuery.Edns(1232, WireQuery.Subnet(1, bits, octets))))!;

        Assert.Equal(addresses ?? Ordinary(responder), Addresses(response));
        var option = WireQuery.OptionOf(response, 8)!;
        Assert.Equal([0, 1, bits], option[..3]);
        Assert.True(option[3] >= Math.Min(scope, (byte)1), $"scope {option[3]}");
        Assert.Equal(octets, option[4..]);
    }

    [Fact]
    public void Without_the_option_the_asker_is_the_client_and_no_option_is_sent()
    {
        var response = Responder().Ask(WireQuery.Of(Served, 1, WireQuery.Edns(1232)), ClientAddress.Of(IPAddress.Parse("198.51.100.7")))!;
        Assert.Equal("192.0.2.11", Addresses(response));
        Assert.Null(WireQuery.OptionOf(response, 8));
    }

    [Fact]
    public void A_client_that_tells_no_bit_gets_what_holds_for_all()
    {
        var response = Responder().Ask(
            WireQuery.Of(Served, 1, WireQuery.Edns(1232, WireQuery.Subnet(1, 0))), ClientAddress.Of(IPAddress.Parse("198.51.100.7")))!;
        Assert.Equal("192.0.2.11", Addresses(response));
        Assert.Equal(0, WireQuery.OptionOf(response, 8)![3]);
    }

    [Theory]
    [InlineData("ns1." + TestZone.Name)]
    [InlineData("nothing." + TestZone.Name)]
    public void What_is_the_same_for_all_has_no_scope(string name)
    {
        var response = Responder().Ask(WireQuery.Of(name, 1, WireQuery.Edns(1232, WireQuery.Subnet(1, 24, 198, 51, 100))))!;
        Assert.Equal(0, WireQuery.OptionOf(response, 8)![3]);
    }

    [Theory]
    [InlineData(new byte[] { 0, 1, 24, 0, 198, 51 })]
    [InlineData(new byte[] { 0, 1, 24, 0, 198, 51, 100, 0 })]
    [InlineData(new byte[] { 0, 1, 20, 0, 198, 51, 100 })]
    [InlineData(new byte[] { 0, 1, 24, 24, 198, 51, 100 })]
    [InlineData(new byte[] { 0, 1, 33, 0, 198, 51, 100, 0, 0 })]
    [InlineData(new byte[] { 0, 3, 8, 0, 1 })]
    [InlineData(new byte[] { 0, 1 })]
    public void A_subnet_that_breaks_the_format_is_told_so(byte[] option)
    {
        var response = Responder().Ask(WireQuery.Of(Served, 1, WireQuery.Edns(1232, WireQuery.Option(8, option))))!;
        Assert.Equal((int)ReturnCode.FormatError, response[3] & 0x0F);
    }

    [Theory]
    // A domain for one region is led there from everywhere, as without the client's place.
    [InlineData(null, "europe", "203.0.113.0", "192.0.2.1 192.0.2.2")]
    [InlineData(null, "europe", "198.51.100.0", "192.0.2.1 192.0.2.2")]
    [InlineData(null, "america", "203.0.113.0", "192.0.2.11")]
    // In the client's region only nodes of the domain's pool are chosen; without any the others of the pool.
    [InlineData("video", null, "203.0.113.0", "192.0.2.2")]
    [InlineData("video", null, "198.51.100.0", "192.0.2.2")]
    [InlineData("none", null, "198.51.100.0", "")]
    public void Pools_and_regions_of_a_domain_hold_for_clients_wherever_they_are(string? pool, string? region, string subnet, string addresses)
    {
        var nodes = Nodes.Select(n => n.Node.Id == "eu-2" ? n with { Node = n.Node with { Pools = [NodeGroup.DefaultPool, "video"] } } : n).ToArray();
        var steering = new DomainSteering { Pool = pool, Regions = region is null ? null : [region] };
        var input = TestZone.Input([], nodes) with { Domains = new Dictionary<string, SteeredDomain> { ["www.example.com"] = TestZone.Led(null, steering) } };
        var octets = IPAddress.Parse(subnet).GetAddressBytes()[..3];
        var response = Responder(input).Ask(WireQuery.Of(Served, 1, WireQuery.Edns(1232, WireQuery.Subnet(1, 24, octets))))!;
        Assert.Equal(addresses, Addresses(response));
    }

    [Fact]
    public void A_region_whose_nodes_lack_the_certificate_is_led_elsewhere()
    {
        var present = TestZone.Change;
        var nodes = Nodes.Select(n => n.Node.Region == "america" ? n : n.HavingApplied(present)).ToArray();
        foreach (var hold in new[] { true, false })
        {
            var input = TestZone.Input([], nodes) with { Domains = new Dictionary<string, SteeredDomain> { ["www.example.com"] = TestZone.Led(new(present, hold)) } };
            var responder = Responder(input);
            var response = responder.Ask(WireQuery.Of(Served, 1, WireQuery.Edns(1232, WireQuery.Subnet(1, 24, 198, 51, 100))))!;
            Assert.DoesNotContain("192.0.2.11", Addresses(response), StringComparison.Ordinal);
            Assert.NotEmpty(Addresses(response));
        }
    }

    [Fact]
    public void All_addresses_of_a_scope_are_in_one_region()
    {
        var ranges = Ranges();
        Gen.UInt.Select(Gen.UInt).Sample((address, other) =>
        {
            var (region, bits) = ranges.Find(ClientAddress.V4(address));
            var mask = bits == 0 ? 0 : uint.MaxValue << (32 - bits);
            Assert.Equal(region, ranges.Find(ClientAddress.V4((address & mask) | (other & ~mask))).Region);
            // One bit less would hold others.
            var wider = bits <= 1 ? 0 : uint.MaxValue << (33 - bits);
            Assert.True(bits == 0 || IsMixed(ranges, address & wider, ~wider), $"{address:x8}/{bits}");
        });
    }

    [Fact]
    public void A_database_is_read_by_country_and_by_continent()
    {
        var path = Path.Combine(Path.GetTempPath(), $"cirrus-{Guid.NewGuid():n}.mmdb");
        try
        {
            RegionFile.Write(path, ("203.0.113.0/24", "DE", "EU"), ("198.51.100.0/25", "IE", "EU"), ("2001:db8::/32", "US", "NA"), ("192.0.2.0/24", "BR", "SA"));
            var ranges = RegionDatabase.Read(path, Regions);
            Assert.Equal(("europe", 24), Find(ranges, "203.0.113.9"));
            Assert.Equal(("islands", 25), Find(ranges, "198.51.100.9"));
            Assert.Equal(("", 25), Find(ranges, "198.51.100.200"));
            Assert.Equal(("america", 32), Find(ranges, "2001:db8:1::"));
            Assert.Equal("", Find(ranges, "192.0.2.1").Region);
            Assert.Equal("", Find(ranges, "2001:db7::").Region);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static (string Region, int Bits) Find(RegionRanges ranges, string address)
    {
        var (region, bits) = ranges.Find(ClientAddress.Of(IPAddress.Parse(address)));
        return (region == 0 ? "" : Regions.Names[region - 1], bits);
    }

    private static bool IsMixed(RegionRanges ranges, uint first, uint size)
    {
        var region = ranges.Find(ClientAddress.V4(first)).Region;
        return Ends.Any(e => e - first <= size && ranges.Find(ClientAddress.V4(e)).Region != region);
    }

    // The first and last addresses of the networks below, and their neighbours.
    private static readonly uint[] Ends =
    [
        0, uint.MaxValue, 0xCB007100, 0xCB0071FF, 0xCB0070FF, 0xCB007200, 0xC6336400, 0xC63364FF, 0xC63363FF, 0xC6336500,
        0x64000000, 0x647FFFFF, 0x64800000, 0x64FFFFFF, 0x63FFFFFF, 0x65000000,
    ];

    private static RegionRanges Ranges() => RegionDatabase.Ranges(
    [
        (IPAddress.Parse("203.0.113.0"), 24, Regions.Of("DE", "EU")),
        (IPAddress.Parse("198.51.100.0"), 24, Regions.Of("US", "NA")),
        (IPAddress.Parse("100.0.0.0"), 9, Regions.Of("JP", "AS")),
        (IPAddress.Parse("100.128.0.0"), 9, Regions.Of("IE", "EU")),
    ]);

    private static TestResponder Responder() => Responder(TestZone.Input(["www.example.com"], Nodes));

    private static TestResponder Responder(ZoneInput input) =>
        new(TestZone.Snapshot(input), regional: new RegionalAddresses(input, Regions), ranges: Ranges());

    private static string Ordinary(TestResponder responder) => Addresses(responder.Ask(WireQuery.Of(Served, 1), ClientAddress.V4(0x0A000001))!);

    private static string Addresses(byte[] response) => string.Join(
        ' ', DnsMessage.Parse(response).AnswerRecords.OfType<ARecord>().Select(a => a.Address.ToString()).Order(StringComparer.Ordinal));

    private static NodeView In(string region, NodeView view) => view with { Node = view.Node with { Region = region } };
}

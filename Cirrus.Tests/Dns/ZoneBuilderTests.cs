using ARSoft.Tools.Net.Dns;
using Cirrus.Core.Acme;
using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;
using Cirrus.Core.Steering;
using Cirrus.Dns.Zones;
using CsCheck;

namespace Cirrus.Tests.Dns;

public sealed class ZoneBuilderTests
{
    private static readonly Gen<string[]> Domains =
        Gen.Int[1, 30].Array[0, 20].Select(n => n.Distinct().Select(i => $"www{i}.example.com").ToArray());

    private static readonly Gen<NodeView[]> Nodes =
        Gen.Select(Gen.Int[1, 9], Gen.Enum<NodeHealth>()).Array[0, 6].Select(
            n => n.DistinctBy(x => x.Item1).Select(x => TestZone.Node($"edge-{x.Item1}", x.Item2, $"192.0.2.{x.Item1}", $"2001:db8::{x.Item1}")).ToArray());

    private static readonly Gen<Challenge[]> Challenges =
        Gen.Select(Gen.Int[1, 4], Gen.Int[1, 4], Gen.Int[1, 3].Array[0, 3]).Array[0, 6].Select(all => all
            .Select(c => new Challenge($"www{c.Item1}.example.com", $"www{c.Item2}.example.com", [.. c.Item3.Select(v => $"value{v}")])).ToArray());

    [Fact]
    public void The_order_of_the_input_means_nothing() =>
        Gen.Select(Domains, Nodes, Challenges).Sample((domains, nodes, challenges) =>
        {
            var forward = ZoneBuilder.Build(TestZone.Input(domains, nodes) with { Challenges = challenges });
            var backward = ZoneBuilder.Build(
                TestZone.Input([.. domains.Reverse()], [.. nodes.Reverse()]) with { Challenges = [.. challenges.Reverse()] });
            return forward.Digest == backward.Digest && Lines(forward).SequenceEqual(Lines(backward));
        });

    [Fact]
    public void Equal_digests_mean_equal_records() =>
        Gen.Select(Gen.Select(Domains, Nodes, Challenges), Gen.Select(Domains, Nodes, Challenges)).Sample((left, right) =>
        {
            var one = ZoneBuilder.Build(TestZone.Input(left.Item1, left.Item2) with { Challenges = left.Item3 });
            var other = ZoneBuilder.Build(TestZone.Input(right.Item1, right.Item2) with { Challenges = right.Item3 });
            return one.Digest == other.Digest == Lines(one).SequenceEqual(Lines(other));
        });

    [Fact]
    public void Every_domain_has_a_name_and_addresses_only_of_nodes_that_may_serve() =>
        Gen.Select(Domains, Nodes).Sample((domains, nodes) =>
        {
            var zone = TestZone.Snapshot(TestZone.Input(domains, nodes));
            var up = nodes.Where(n => n.Status.Health == NodeHealth.Up).ToList();
            var mayServe = up.Count > 0 ? up : [.. nodes.Where(n => n.Status.Health == NodeHealth.Down)];
            var allowed = mayServe.SelectMany(n => n.Node.Addresses).ToHashSet();
            return domains.All(domain =>
            {
                var records = zone.Find(ARSoft.Tools.Net.DomainName.Parse(TestZone.AccessNameOf(domain)))!;
                var addresses = records.OfType<AddressRecordBase>().Select(r => r.Address.ToString()).ToList();
                return addresses.Count == 2 * Math.Min(2, mayServe.Count) && addresses.All(allowed.Contains) && records.Count > 0;
            });
        });

    [Fact]
    public void A_gate_lets_only_nodes_be_named_that_have_the_certificate_or_all_when_none_has_it_and_nothing_is_held() =>
        Gen.Select(Nodes, Gen.Int[0, 5].Array[6], Gen.Int[0, 6], Gen.Bool).Sample((nodes, applied, present, hold) =>
        {
            NodeView[] having = [.. nodes.Select((n, i) => n.HavingApplied(new ChangeId(applied[i], 0)))];
            var input = TestZone.Input(["www.example.com"], having);
            var ungated = Addresses(input);
            var gate = new TlsGate(present == 0 ? null : new ChangeId(present, 0), hold);
            var gated = Addresses(input with { Domains = new Dictionary<string, SteeredDomain> { ["www.example.com"] = TestZone.Led(gate) } });

            var have = having.Where(n => present > 0 && n.Status.Applied.Milliseconds >= present).SelectMany(n => n.Node.Addresses).ToHashSet();
            var expected = ungated.Where(have.Contains).ToList();
            return gated.SequenceEqual(expected.Count > 0 || hold ? expected : ungated);
        });

    [Fact]
    public void Every_value_of_every_challenge_is_there_once() =>
        Gen.Select(Domains, Challenges).Sample((domains, challenges) =>
        {
            var zone = ZoneBuilder.Build(TestZone.Input(domains) with { Challenges = challenges });
            var wanted = challenges.SelectMany(c => c.Values.Select(v => $"_acme-challenge.{TestZone.AccessNameOf(c.Name)}. 5 IN TXT \"{v}\""));
            return Lines(zone).Where(l => l.StartsWith("_acme", StringComparison.Ordinal)).Order().SequenceEqual(wanted.Distinct().Order());
        });

    [Fact]
    public void The_digest_covers_times_and_name_servers()
    {
        var input = TestZone.Input(["www.example.com"]);
        var digest = ZoneBuilder.Build(input).Digest;

        Assert.NotEqual(digest, ZoneBuilder.Build(input with { Dns = new() { Expire = TimeSpan.FromDays(3) } }).Digest);
        Assert.NotEqual(digest, ZoneBuilder.Build(input with
        {
            Domains = new Dictionary<string, SteeredDomain> { ["www.example.com"] = TestZone.Led(null, new() { Ttl = 5 }) },
        }).Digest);
        Assert.NotEqual(digest, ZoneBuilder.Build(input with { NameServers = [input.NameServers[0]] }).Digest);
    }

    private static List<string> Addresses(ZoneInput input) =>
        [.. TestZone.Snapshot(input).Content.Records().OfType<AddressRecordBase>().Where(r => r.Name.LabelCount == 4 && !$"{r.Name}".StartsWith("ns", StringComparison.Ordinal))
            .Select(r => r.Address.ToString()).Order(StringComparer.Ordinal)];

    private static IReadOnlyList<string> Lines(ZoneContent content) => TestZone.Lines(content);
}

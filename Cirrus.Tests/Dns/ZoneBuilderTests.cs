using System.Globalization;
using ARSoft.Tools.Net.Dns;
using Cirrus.Core.Nodes;
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

    [Fact]
    public void The_order_of_the_input_means_nothing() =>
        Gen.Select(Domains, Nodes).Sample((domains, nodes) =>
        {
            var forward = ZoneBuilder.Build(TestZone.Input(domains, nodes));
            var backward = ZoneBuilder.Build(TestZone.Input([.. domains.Reverse()], [.. nodes.Reverse()]));
            return forward.Digest == backward.Digest && Lines(forward).SequenceEqual(Lines(backward));
        });

    [Fact]
    public void Equal_digests_mean_equal_records() =>
        Gen.Select(Domains, Nodes, Domains, Nodes).Sample((domains, nodes, otherDomains, otherNodes) =>
        {
            var one = ZoneBuilder.Build(TestZone.Input(domains, nodes));
            var other = ZoneBuilder.Build(TestZone.Input(otherDomains, otherNodes));
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
    public void The_digest_covers_times_and_name_servers()
    {
        var input = TestZone.Input(["www.example.com"]);
        var digest = ZoneBuilder.Build(input).Digest;

        Assert.NotEqual(digest, ZoneBuilder.Build(input with { Dns = new() { Expire = TimeSpan.FromDays(3) } }).Digest);
        Assert.NotEqual(digest, ZoneBuilder.Build(input with { Zone = new() { Name = TestZone.Name, Ttl = TimeSpan.FromSeconds(5) } }).Digest);
        Assert.NotEqual(digest, ZoneBuilder.Build(input with { NameServers = [input.NameServers[0]] }).Digest);
    }

    private static IEnumerable<string> Lines(ZoneContent content) =>
        content.Records.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r}"));
}

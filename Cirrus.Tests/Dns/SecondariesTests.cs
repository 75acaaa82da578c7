using System.Net;
using System.Net.Sockets;
using ARSoft.Tools.Net.Dns;
using Cirrus.Core.Audit;
using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;
using Cirrus.Core.Purges;
using Cirrus.Core.Steering;
using Cirrus.Dns.Transfers;
using Cirrus.Tests.Dns.Direct;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Dns;

/// <summary>From a write in Redis to the answer of both NSD secondaries, with every program real.</summary>
public sealed class SecondariesTests(DnsFixture stack) : IClassFixture<DnsFixture>
{
    // A secondary that was not told, or failed to hear of it, asks after ten seconds or a minute.
    private static readonly TimeSpan Quickly = TimeSpan.FromSeconds(9);

    [Fact]
    public async Task A_domain_and_a_node_are_named_by_both_until_the_node_fails()
    {
        await stack.AddNodeAsync("edge-1", NodeHealth.Up, "192.0.2.1");
        await stack.AddNodeAsync("edge-2", NodeHealth.Up, "192.0.2.2");
        var added = await stack.AddDomainAsync("www.fails.test");
        await stack.UntilBothNameAsync("www.fails.test", "192.0.2.1", "192.0.2.2");
        Assert.All(await stack.UntilAppliedAsync(added), took => Assert.InRange(took, TimeSpan.Zero, Quickly));

        var down = await stack.TurnAsync("edge-1", NodeHealth.Down);
        await stack.UntilBothNameAsync("www.fails.test", "192.0.2.2");
        Assert.All(await stack.UntilAppliedAsync(down), took => Assert.InRange(took, TimeSpan.Zero, Quickly));

        await stack.TurnAsync("edge-1", NodeHealth.Up);
        await stack.UntilBothNameAsync("www.fails.test", "192.0.2.1", "192.0.2.2");

        await stack.RemoveDomainAsync("www.fails.test");
        var name = AccessName.For("www.fails.test", DnsFixture.Zone);
        await Wait.UntilAsync("the name is gone", async () =>
            (await Dig.RunAsync(stack.SecondaryPorts[0], name, "A")).Contains("status: NXDOMAIN", StringComparison.Ordinal));
        await stack.RemoveNodeAsync("edge-1");
        await stack.RemoveNodeAsync("edge-2");
    }

    [Fact]
    public async Task A_change_that_leaves_the_zone_as_it_is_is_applied_at_once_under_the_same_serial()
    {
        await stack.UntilAppliedAsync(await stack.AddDomainAsync("www.purged.test"));
        var serial = await Dig.SerialAsync(stack.PrimaryPort, DnsFixture.Zone);
        var purges = new PurgeStore(stack.Connection);

        var times = new List<TimeSpan>();
        for (var i = 0; i < 12; i++)
        {
            var purge = await purges.AddAsync(
                new Purge("www.purged.test", PurgeKind.Everything, []), new Actor("test"), DateTimeOffset.UtcNow);
            times.Add((await stack.UntilAppliedAsync(purge.Change)).Max());
        }

        // Had the slower of the two waited for its next question, it would be two thirds of a second, and less than a quarter one time in sixteen.
        // A quarter of them, for a busy machine may be slow again and again.
        Assert.InRange(times.Order().ElementAt(times.Count / 4), TimeSpan.Zero, TimeSpan.FromMilliseconds(250));
        Assert.Equal(serial, await Dig.SerialAsync(stack.PrimaryPort, DnsFixture.Zone));
        await stack.RemoveDomainAsync("www.purged.test");
    }

    [Fact]
    public async Task Who_is_refused_again_and_again_does_not_fill_the_log()
    {
        const int Queries = 50;
        const string Refused = "cirrus_dns_transfers_total{kind=\"refused\"}";
        var query = WireQuery.Of(DnsFixture.Zone, (ushort)RecordType.Axfr);
        int Lines() => stack.Output.Split("may not transfer the zone").Length - 1;
        var (before, lines) = (await stack.MetricAsync(Refused), Lines());
        using var stranger = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        stranger.Connect(IPAddress.Loopback, stack.PrimaryPort);

        for (var i = 0; i < Queries; i++)
        {
            await stranger.SendAsync(query);
            await stranger.ReceiveAsync().WaitAsync(TimeSpan.FromSeconds(10));
        }

        Assert.Equal(before + Queries, await stack.MetricAsync(Refused));
        // A new span may have begun meanwhile.
        Assert.InRange(Lines() - lines, 0, 2 * RefusalLines.Most);
    }

    [Fact]
    public async Task Metrics_show_what_each_secondary_serves_and_what_was_transferred()
    {
        var before = await stack.MetricAsync("cirrus_dns_transfers_total{kind=\"refused\"}");
        await stack.UntilAppliedAsync(await stack.AddDomainAsync("www.counted.test"));
        await Dig.RunAsync(stack.PrimaryPort, DnsFixture.Zone, "AXFR");

        var serial = await Dig.SerialAsync(stack.PrimaryPort, DnsFixture.Zone);
        Assert.Equal(serial, await stack.MetricAsync("cirrus_dns_zone_serial"));
        Assert.Equal(1, await stack.MetricAsync("cirrus_dns_leads"));
        foreach (var secondary in new[] { "ns1", "ns2" })
        {
            Assert.Equal(serial, await stack.MetricAsync($"cirrus_dns_secondary_serial{{secondary=\"{secondary}\"}}"));
            Assert.Equal(1, await stack.MetricAsync($"cirrus_dns_secondary_reachable{{secondary=\"{secondary}\"}}"));
            Assert.Equal(0, await stack.MetricAsync($"cirrus_dns_secondary_behind_seconds{{secondary=\"{secondary}\"}}"));
        }
        Assert.Equal(before + 1, await stack.MetricAsync("cirrus_dns_transfers_total{kind=\"refused\"}"));
        Assert.True(await stack.MetricAsync("cirrus_dns_transfers_total{kind=\"axfr\"}") >= 2);
        Assert.Equal(1, await stack.MetricAsync("cirrus_dns_build_seconds_count{of=\"all\"}"));
        Assert.True(await stack.MetricAsync("cirrus_dns_build_seconds_count{of=\"changes\"}") >= 1);
        Assert.True(await stack.MetricAsync("cirrus_dns_publish_seconds_sum") > 0);
        await stack.RemoveDomainAsync("www.counted.test");
    }

    [Fact]
    public async Task Every_domain_of_a_burst_is_served()
    {
        string[] names = [.. Enumerable.Range(0, 1_000).Select(i => $"www{i}.burst.test")];
        var changes = new List<ChangeId>();
        // A thousand at once would share one timeout of the connection.
        foreach (var some in names.Chunk(100))
            changes.AddRange(await Task.WhenAll(some.Select(stack.AddDomainAsync)));
        await stack.UntilAppliedAsync(changes.Max());

        var labels = names.Select(AccessName.Label).ToHashSet();
        foreach (var port in stack.SecondaryPorts)
        {
            foreach (var name in names.Where((_, i) => i % 200 == 199))
                Assert.NotEmpty(await Dig.ShortAsync(port, AccessName.For(name, DnsFixture.Zone), "TXT"));
        }
        var whole = await Dig.RunAsync(stack.PrimaryPort, [.. DnsFixture.WithKey, "+noall", "+answer", DnsFixture.Zone, "AXFR"]);
        Assert.Superset(labels, whole.Split('\n').Select(l => l.Split('.')[0]).ToHashSet());
        foreach (var some in names.Chunk(100))
            await Task.WhenAll(some.Select(stack.RemoveDomainAsync));
    }
}

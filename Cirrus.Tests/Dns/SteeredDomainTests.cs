using Cirrus.Core.Changes;
using Cirrus.Core.Domains;
using Cirrus.Core.Nodes;
using Cirrus.Core.Steering;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Dns;

/// <summary>Whom both secondaries name for domains that ask for pools, regions, times and numbers of nodes, with every program real.</summary>
public sealed class SteeredDomainTests(DnsFixture stack) : IClassFixture<DnsFixture>, IAsyncLifetime
{
    private readonly string _domain = $"{Guid.NewGuid():N}.test";

    private string Name => AccessName.For(_domain, DnsFixture.Zone);

    public async Task InitializeAsync()
    {
        await stack.AddNodeAsync(Node(1, "eu"), NodeHealth.Up);
        await stack.AddNodeAsync(Node(2, "eu", NodeGroup.DefaultPool, "video"), NodeHealth.Up);
        await stack.AddNodeAsync(Node(3, "us", "video"), NodeHealth.Up);
        await stack.UntilAppliedAsync(await stack.AddDomainAsync(_domain));
    }

    public async Task DisposeAsync()
    {
        await stack.RemoveDomainAsync(_domain);
        for (var i = 1; i <= 3; i++)
            await stack.RemoveNodeAsync($"edge-{i}");
    }

    [Fact]
    public async Task A_domain_is_led_to_its_pool_and_regions_by_as_many_nodes_and_for_as_long_as_it_asks()
    {
        await NamedAsync(null, 1, 2);
        await NamedAsync(new DomainSteering { Pool = "video" }, 2, 3);
        await NamedAsync(new DomainSteering { Pool = "video", Regions = ["us"] }, 3);
        await NamedAsync(new DomainSteering { Regions = ["eu", "asia"] }, 1, 2);
        await NamedAsync(new DomainSteering { Ttl = 7 }, 1, 2);
        foreach (var port in stack.SecondaryPorts)
            Assert.Matches("\\s7\\s+IN\\s+A\\s+192.0.2.1\\s", await Dig.RunAsync(port, Name, "A"));
        await stack.UntilAppliedAsync(await SteerAsync(new DomainSteering { Nodes = 1 }));
        foreach (var port in stack.SecondaryPorts)
            Assert.Single(await Dig.ShortAsync(port, Name, "A"));
    }

    [Fact]
    public async Task A_pool_without_a_node_is_NODATA_with_the_reason_and_one_whose_nodes_fail_keeps_them()
    {
        await NamedAsync(new DomainSteering { Pool = "empty" });
        Assert.Equal(["\"no node is in the pool\""], await Dig.ShortAsync(stack.SecondaryPorts[0], Name, "TXT"));
        Assert.Contains("status: NOERROR", await Dig.RunAsync(stack.SecondaryPorts[0], Name, "A"), StringComparison.Ordinal);

        // All of the pool are down, and the nodes of another pool are none of it.
        await NamedAsync(new DomainSteering { Pool = "video" }, 2, 3);
        await stack.TurnAsync("edge-2", NodeHealth.Down);
        await NamedAfterAsync(await stack.TurnAsync("edge-3", NodeHealth.Down), 2, 3);
        // So it is with the last node of a region.
        await NamedAsync(new DomainSteering { Pool = "video", Regions = ["us"] }, 3);

        await NamedAfterAsync(await stack.PutNodeAsync("edge-1", n => n with { Pools = ["video"], Region = "us" }), 1);
        await NamedAsync(null, 2);
    }

    private Task<ChangeId> SteerAsync(DomainSteering? steering) => stack.ChangeDomainAsync(_domain, d => d with { Steering = steering });

    private async Task NamedAsync(DomainSteering? steering, params int[] nodes) => await NamedAfterAsync(await SteerAsync(steering), nodes);

    // With the receipt of a change both answer what then is so: nothing is waited for here. The same holds for who is answered directly.
    private async Task NamedAfterAsync(ChangeId change, params int[] nodes)
    {
        await stack.UntilAppliedAsync(change);
        foreach (var port in stack.SecondaryPorts)
            Assert.Equal(nodes.Select(n => $"192.0.2.{n}"), await Dig.ShortAsync(port, Name, "A"));
        await Wait.UntilAsync("the direct answer is the same", async () =>
            nodes.Select(n => $"192.0.2.{n}").SequenceEqual(await Dig.ShortAsync(stack.DirectPort, Name, "A")));
    }

    private static Node Node(int number, string region, params string[] pools) => new()
    {
        Id = $"edge-{number}",
        Addresses = [$"192.0.2.{number}"],
        Region = region,
        Pools = pools.Length == 0 ? null : pools,
        Revision = 1,
    };
}

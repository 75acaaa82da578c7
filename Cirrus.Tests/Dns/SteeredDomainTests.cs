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

    [Fact]
    public async Task A_node_in_quarantine_is_not_named_whatever_else_fails_unless_the_machine_put_it_there()
    {
        var quarantine = new Quarantine("It flaps.", "user:ada", DateTimeOffset.UnixEpoch);
        await NamedAsync(new DomainSteering { Pool = "video", Regions = ["us"] }, 3);
        await NamedAfterAsync(await TakeOutAsync(quarantine));
        Assert.Equal(["\"no node is in the pool\""], await Dig.ShortAsync(stack.SecondaryPorts[1], Name, "TXT"));
        await NamedAfterAsync(await TakeOutAsync(quarantine with { Automatic = true }), 3);
        await NamedAfterAsync(await stack.TurnAsync("edge-3", NodeHealth.Down), 3);
        await NamedAfterAsync(await stack.PutNodeAsync("edge-2", n => n with { Region = "us" }), 2);

        Task<ChangeId> TakeOutAsync(Quarantine why) => stack.PutNodeAsync("edge-3", n => n with { State = NodeState.Quarantined, Quarantine = why });
    }

    [Fact]
    public async Task When_all_secondaries_have_the_zone_without_a_node_it_is_noted_when_the_answers_that_named_it_run_out()
    {
        await stack.UntilAppliedAsync(await SteerAsync(new DomainSteering { Ttl = 600 }));
        await stack.KillSecondaryAsync(1);
        var drained = await stack.PutNodeAsync("edge-1", n => n with { State = NodeState.Draining });
        await Wait.UntilAsync("one secondary has it", async () => await stack.Applied.SecondaryAppliedAsync("ns1", drained) is not null);
        await Wait.UntilAsync("it is noted", async () => await AbsenceAsync() is not null);
        // The other may still be asked by the world.
        Assert.Equal(new Absence(drained, 600, null), await AbsenceAsync());

        stack.StartSecondary(1);
        await Wait.UntilAsync("the end is noted", async () => (await AbsenceAsync())!.Over is not null);
        var served = (await stack.Applied.SecondaryAppliedAsync("ns2", drained))!.At!.Value;
        Assert.Equal(new Absence(drained, 600, served.AddSeconds(600)), await AbsenceAsync());

        await stack.PutNodeAsync("edge-1", n => n with { State = NodeState.Active });
        await Wait.UntilAsync("it is named again", async () => await AbsenceAsync() is null);

        async Task<Absence?> AbsenceAsync() => (await stack.Nodes.FindAsync("edge-1"))!.Status.Absence;
    }

    [Fact]
    public async Task CAA_records_come_and_go_with_the_document_and_stand_beside_whatever_the_name_has()
    {
        await CaaAsync(new DomainTls { Caa = [new CaaRecord { Value = "ca.test" }, new CaaRecord { Tag = "iodef", Value = "mailto:a@b.test", Critical = true }] },
            "0 issue \"ca.test\"", "128 iodef \"mailto:a@b.test\"");
        await NamedAsync(null, 1, 2);
        await NamedAsync(new DomainSteering { Pool = "empty" });
        await CaaAsync(new DomainTls { Caa = [new CaaRecord { Value = ";" }] }, "0 issue \";\"");
        await CaaAsync(new DomainTls { Caa = [] });
        await CaaAsync(null);
    }

    private async Task CaaAsync(DomainTls? tls, params string[] records)
    {
        await stack.UntilAppliedAsync(await stack.PutDomainAsync(_domain, tls));
        foreach (var port in stack.SecondaryPorts)
            Assert.Equal(records, await Dig.ShortAsync(port, Name, "CAA"));
        await Wait.UntilAsync("the direct answer is the same", async () => records.SequenceEqual(await Dig.ShortAsync(stack.DirectPort, Name, "CAA")));
        // NODATA, not NXDOMAIN, where there is none.
        Assert.Contains("status: NOERROR", await Dig.RunAsync(stack.SecondaryPorts[1], Name, "CAA"), StringComparison.Ordinal);
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

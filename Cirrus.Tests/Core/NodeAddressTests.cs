using Cirrus.Core.Nodes;
using Cirrus.Core.Redis;

namespace Cirrus.Tests.Core;

/// <summary>With a Redis of its own: whether a node is the only one that is up depends on all others.</summary>
public sealed class NodeAddressTests : IAsyncLifetime
{
    private readonly StoreFixture _stores = new();

    public Task InitializeAsync() => _stores.InitializeAsync();

    public Task DisposeAsync() => _stores.DisposeAsync();

    [Fact]
    public async Task Of_nodes_that_race_for_an_address_one_gets_it()
    {
        var address = StoreFixture.NewAddress();
        var before = await _stores.WrittenAsync();
        var nodes = Enumerable.Range(0, 20).Select(_ => StoreFixture.NewNode() with { Addresses = [StoreFixture.NewAddress(), address] }).ToList();
        var results = await Task.WhenAll(nodes.Select(n => _stores.Nodes.PutAsync(n, StoreFixture.Actor)));

        var winner = nodes[results.ToList().FindIndex(r => r.Accepted)].Id;
        Assert.Single(results, r => r.Accepted);
        Assert.All(results.Where(r => !r.Accepted), r => Assert.Equal(new TakenAddress(address, winner), r.Taken));
        Assert.Equal((before.Events + 1, before.Audit + 1), await _stores.WrittenAsync());
        await IndexIsRightAsync();
    }

    [Fact]
    public async Task The_index_of_addresses_follows_every_write()
    {
        var (one, other) = (StoreFixture.NewNode(), StoreFixture.NewNode());
        await _stores.Nodes.PutAsync(one, StoreFixture.Actor);
        await _stores.Nodes.PutAsync(other, StoreFixture.Actor);
        await IndexIsRightAsync();
        await _stores.Nodes.PutAsync(one with { Revision = 2, Addresses = [StoreFixture.NewAddress(), StoreFixture.NewAddress()] }, StoreFixture.Actor);
        await IndexIsRightAsync();
        await _stores.Nodes.PutAsync(one with { Revision = 2 }, StoreFixture.Actor);
        await _stores.Nodes.PutAsync(one with { Revision = 3, Addresses = other.Addresses }, StoreFixture.Actor);
        await IndexIsRightAsync();
        await _stores.Nodes.DeleteAsync(other.Id, StoreFixture.Actor, expectedRevision: 7);
        await IndexIsRightAsync();
        await _stores.Nodes.DeleteAsync(other.Id, StoreFixture.Actor, expectedRevision: 1);
        await IndexIsRightAsync();
        Assert.True((await _stores.Nodes.PutAsync(one with { Revision = 3, Addresses = other.Addresses }, StoreFixture.Actor)).Accepted);
        await IndexIsRightAsync();
    }

    [Theory]
    [InlineData(NodeHealth.Up, NodeState.Active, NodeHealth.Unknown)]
    [InlineData(NodeHealth.Up, NodeState.Draining, NodeHealth.Up)]
    [InlineData(NodeHealth.Down, NodeState.Active, NodeHealth.Up)]
    public async Task At_a_new_address_health_begins_anew_unless_no_other_node_is_up(NodeHealth others, NodeState othersState, NodeHealth expected)
    {
        var (node, other) = (StoreFixture.NewNode(), StoreFixture.NewNode() with { State = othersState });
        await PutAsync(node, NodeHealth.Up);
        await PutAsync(other, others);

        await _stores.Nodes.PutAsync(node with { Revision = 2, Addresses = [.. node.Addresses, StoreFixture.NewAddress()] }, StoreFixture.Actor);

        Assert.Equal(expected, (await _stores.Nodes.FindAsync(node.Id))!.Status.Health);
        Assert.Equal(others, (await _stores.Nodes.FindAsync(other.Id))!.Status.Health);
    }

    [Fact]
    public async Task What_was_seen_at_former_addresses_turns_nothing()
    {
        var node = StoreFixture.NewNode();
        await PutAsync(node, NodeHealth.Down);
        var moved = node with { Revision = 2, Addresses = [StoreFixture.NewAddress()] };
        await _stores.Nodes.PutAsync(moved, StoreFixture.Actor);
        Assert.Null(await _stores.Nodes.SetHealthAsync(node.Id, NodeHealth.Up, "", DateTimeOffset.UtcNow, seenAt: node.Addresses));
        Assert.NotNull(await _stores.Nodes.SetHealthAsync(node.Id, NodeHealth.Up, "", DateTimeOffset.UtcNow, seenAt: moved.Addresses));
    }

    [Fact]
    public async Task Health_stays_when_no_address_is_new()
    {
        var node = StoreFixture.NewNode() with { Addresses = [StoreFixture.NewAddress(), StoreFixture.NewAddress()] };
        await PutAsync(node, NodeHealth.Up);
        await PutAsync(StoreFixture.NewNode(), NodeHealth.Up);
        await _stores.Nodes.PutAsync(node with { Revision = 2, Addresses = [node.Addresses[1]], State = NodeState.Draining }, StoreFixture.Actor);
        Assert.Equal(NodeHealth.Up, (await _stores.Nodes.FindAsync(node.Id))!.Status.Health);
    }

    private async Task PutAsync(Node node, NodeHealth health)
    {
        Assert.True((await _stores.Nodes.PutAsync(node, StoreFixture.Actor)).Accepted);
        await _stores.Nodes.SetHealthAsync(node.Id, health, "", DateTimeOffset.UtcNow);
    }

    private async Task IndexIsRightAsync()
    {
        var index = await _stores.Db.HashGetAllAsync(RedisKeys.NodeAddresses);
        var owned = (await _stores.Nodes.ListAsync()).SelectMany(v => v.Node.Addresses.Select(a => (a, v.Node.Id)));
        Assert.Equal(owned.Order(), index.Select(e => ((string)e.Name!, (string)e.Value!)).Order());
    }
}

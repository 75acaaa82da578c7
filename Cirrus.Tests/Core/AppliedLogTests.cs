using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;
using Cirrus.Core.Redis;

namespace Cirrus.Tests.Core;

public sealed class AppliedLogTests(StoreFixture stores) : IClassFixture<StoreFixture>
{
    private static readonly DateTimeOffset T0 = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);
    private readonly string _id = $"edge-{Guid.NewGuid():N}";

    [Fact]
    public async Task The_first_sighting_wins()
    {
        await stores.Applied.RecordNodeAsync(_id, new ChangeId(5, 0), T0);
        await stores.Applied.RecordNodeAsync(_id, new ChangeId(5, 0), T0.AddSeconds(1));
        await stores.Applied.RecordNodeAsync(_id, new ChangeId(4, 0), T0.AddSeconds(2));
        Assert.Equal(T0, await stores.Applied.NodeAppliedAtAsync(_id, new ChangeId(5, 0)));
        Assert.Equal(1, await stores.Db.StreamLengthAsync(RedisKeys.AppliedByNode(_id)));
    }

    [Fact]
    public async Task A_receipt_is_the_first_sighting_from_the_change_on()
    {
        await stores.Applied.RecordNodeAsync(_id, new ChangeId(5, 0), T0);
        await stores.Applied.RecordNodeAsync(_id, new ChangeId(9, 2), T0.AddSeconds(1));
        Assert.Equal(T0, await stores.Applied.NodeAppliedAtAsync(_id, new ChangeId(1, 0)));
        Assert.Equal(T0.AddSeconds(1), await stores.Applied.NodeAppliedAtAsync(_id, new ChangeId(5, 1)));
        Assert.Equal(T0.AddSeconds(1), await stores.Applied.NodeAppliedAtAsync(_id, new ChangeId(9, 2)));
        Assert.Null(await stores.Applied.NodeAppliedAtAsync(_id, new ChangeId(9, 3)));
    }

    [Fact]
    public async Task The_newest_sighting_counts_and_where_there_is_none_what_the_probe_saw()
    {
        var seen = new NodeView(new Node { Id = _id, Addresses = [] }, NodeStatus.Unknown with { Applied = new ChangeId(3, 0) });
        var unseen = seen with { Node = seen.Node with { Id = $"{_id}-unseen" } };
        await stores.Applied.RecordNodeAsync(_id, new ChangeId(5, 0), T0);
        await stores.Applied.RecordNodeAsync(_id, new ChangeId(9, 2), T0);

        var newest = await stores.Applied.WithNewestAsync([seen, unseen]);
        Assert.Equal([new ChangeId(9, 2), new ChangeId(3, 0)], newest.Select(v => v.Status.Applied));
    }

    [Fact]
    public async Task Nothing_applied_is_no_sighting()
    {
        await stores.Applied.RecordNodeAsync(_id, ChangeId.Zero, T0);
        Assert.Null(await stores.Applied.NodeAppliedAtAsync(_id, ChangeId.Zero));
    }

    [Fact]
    public async Task Nodes_and_secondaries_of_one_name_are_apart()
    {
        await stores.Applied.RecordSecondaryAsync(_id, new ChangeId(5, 0), T0);
        Assert.Null(await stores.Applied.NodeAppliedAtAsync(_id, new ChangeId(5, 0)));
        Assert.Equal(T0, await stores.Applied.SecondaryAppliedAtAsync(_id, new ChangeId(5, 0)));
    }

    [Fact]
    public async Task Only_the_receipts_of_a_node_that_is_gone_can_be_forgotten()
    {
        var node = StoreFixture.NewNode();
        await stores.Nodes.PutAsync(node, StoreFixture.Actor);
        await stores.Applied.RecordNodeAsync(node.Id, new ChangeId(5, 0), T0);
        await stores.Applied.ForgetNodeAsync(node.Id);
        Assert.NotNull(await stores.Applied.NodeAppliedAtAsync(node.Id, new ChangeId(5, 0)));

        await stores.Nodes.DeleteAsync(node.Id, StoreFixture.Actor);
        await stores.Applied.RecordNodeAsync(node.Id, new ChangeId(6, 0), T0);
        await stores.Applied.ForgetNodeAsync(node.Id);
        Assert.Null(await stores.Applied.NodeAppliedAtAsync(node.Id, new ChangeId(5, 0)));
    }
}

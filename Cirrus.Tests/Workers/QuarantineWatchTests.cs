using Cirrus.Core.Nodes;
using Cirrus.Tests.Core;
using Cirrus.Tests.Programs;
using Cirrus.Workers.Quarantining;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Cirrus.Tests.Workers;

/// <summary>With a real Redis: two instances watch, one of them writes.</summary>
public sealed class QuarantineWatchTests(StoreFixture stores) : IClassFixture<StoreFixture>
{
    [Fact]
    public async Task A_node_that_goes_down_again_and_again_is_in_quarantine_until_it_is_released()
    {
        var node = StoreFixture.NewNode();
        await stores.Nodes.PutAsync(node, StoreFixture.Actor);
        using var first = Watch();
        using var second = Watch();
        await Task.WhenAll(first.StartAsync(default), second.StartAsync(default));

        await Wait.UntilAsync("it is in quarantine", async () =>
        {
            await stores.Nodes.SetHealthAsync(node.Id, NodeHealth.Up, "", DateTimeOffset.UtcNow);
            await stores.Nodes.SetHealthAsync(node.Id, NodeHealth.Down, "no answer", DateTimeOffset.UtcNow);
            return (await FindAsync()).State == NodeState.Quarantined;
        });
        var taken = await FindAsync();
        Assert.Equal((2, "watch", true), (taken.Revision, taken.Quarantine!.By, taken.Quarantine.Automatic));
        Assert.Equal("It went down 3 times within 00:01:00.", taken.Quarantine.Reason);
        await Task.WhenAll(first.StopAsync(default), second.StopAsync(default));
        Assert.Equal(2, (await FindAsync()).Revision);

        async Task<Node> FindAsync() => (await stores.Nodes.FindAsync(node.Id))!.Node;
    }

    private QuarantineWatch Watch() => new(
        stores.Log, stores.Nodes, Options.Create(new QuarantineOptions { Downs = 3, Within = TimeSpan.FromMinutes(1) }), TimeProvider.System,
        NullLogger<QuarantineWatch>.Instance);
}

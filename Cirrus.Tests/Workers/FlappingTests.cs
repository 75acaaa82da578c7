using System.Diagnostics;
using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Workers;

public sealed class FlappingTests : IAsyncLifetime
{
    private WorkersFixture _fixture = null!;

    public async Task InitializeAsync()
    {
        _fixture = await WorkersFixture.StartAsync();
        await _fixture.StartWorkersAsync(("Health__FlapsFree", "1"), ("Health__FirstHold", "01:00:00"), ("Health__LongestHold", "01:00:00"));
    }

    public async Task DisposeAsync() => await _fixture.DisposeAsync();

    [Fact]
    public async Task A_node_that_goes_down_again_and_again_is_held_but_never_the_last_one()
    {
        var begun = Stopwatch.StartNew();
        var flapping = await _fixture.StartRegisteredPeerAsync("flapping");
        var steady = await _fixture.StartRegisteredPeerAsync("steady");
        await _fixture.WaitForAsync("steady", NodeHealth.Up);
        await _fixture.WaitForAsync("flapping", NodeHealth.Up);
        await FallAsync(flapping);
        await _fixture.WaitForAsync("flapping", NodeHealth.Up);
        await FallAsync(flapping);

        await Wait.UntilAsync("the status says that it is held", async () =>
            (await _fixture.StatusAsync("flapping")).Error.StartsWith("held down until ", StringComparison.Ordinal));
        var held = await _fixture.StatusAsync("flapping");
        Assert.Equal(NodeHealth.Down, held.Health);
        Assert.True(held.Flapping!.HeldUntil > DateTimeOffset.UtcNow.AddMinutes(30));

        // Without another one it is let go.
        await steady.KillAsync();
        await _fixture.WaitForAsync("flapping", NodeHealth.Up);
        await _fixture.WaitForAsync("steady", NodeHealth.Down);

        var turns = await new HealthHistory(_fixture.Connection).TurnsAsync("flapping", null, DateTimeOffset.UnixEpoch, 10);
        Assert.Equal([NodeHealth.Up, NodeHealth.Down, NodeHealth.Up, NodeHealth.Down, NodeHealth.Up], turns.Select(t => t.Health));
        Assert.StartsWith("connection refused; held down until ", turns[1].Reason, StringComparison.Ordinal);
        Assert.Equal("connection refused", turns[3].Reason);
        Assert.Equal((0, 1, 1), (turns[3].Evidence!.Up, turns[3].Evidence!.Down, turns[3].Evidence!.Workers));
        Assert.InRange(turns[3].Evidence!.Latency!.Value, TimeSpan.FromMilliseconds(0.01), begun.Elapsed);

        // Disabling it says that somebody has looked after it.
        await _fixture.RegisterAsync(flapping, NodeState.Disabled);
        await Wait.UntilAsync("nothing is held against it", async () => (await _fixture.StatusAsync("flapping")).Flapping == Flapping.None);
        await _fixture.Nodes.DeleteAsync("flapping", WorkersFixture.Actor);
        Assert.Empty(await new HealthHistory(_fixture.Connection).TurnsAsync("flapping", null, DateTimeOffset.UnixEpoch, 10));
    }

    private async Task FallAsync(EdgePeer peer)
    {
        await peer.KillAsync();
        await _fixture.WaitForAsync(peer.Id, NodeHealth.Down);
        await peer.StartAsync();
    }
}

using Cirrus.Core.Nodes;
using Cirrus.Core.Redis;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Workers;

public sealed class TakeoverTests : IAsyncLifetime
{
    // For tests that count: on a busy machine an answer may take long, and so may a sign of life. An answer that is refused is known at once all the same.
    private static readonly (string Name, string Value)[] Patient = [("Health__Timeout", "00:00:10"), ("Watch__Lease", "00:00:05")];

    private WorkersFixture _fixture = null!;

    public async Task InitializeAsync() => _fixture = await WorkersFixture.StartAsync();

    public async Task DisposeAsync() => await _fixture.DisposeAsync();

    [Fact]
    public async Task A_second_instance_takes_over_after_the_first_has_died_and_nothing_flaps()
    {
        var first = await _fixture.StartWorkersAsync(Patient);
        var peer = await _fixture.StartRegisteredPeerAsync("edge-1");
        await _fixture.StartRegisteredPeerAsync("edge-2");
        await _fixture.WaitForAsync("edge-1", NodeHealth.Up);
        await _fixture.WaitForAsync("edge-2", NodeHealth.Up);
        var second = await _fixture.StartWorkersAsync(Patient);
        Assert.DoesNotContain("This instance watches", second.Output, StringComparison.Ordinal);

        await first.KillAsync();
        await peer.KillAsync();
        await _fixture.WaitForAsync("edge-1", NodeHealth.Down);
        await second.UntilSaysAsync("This instance watches");
        Assert.Equal(2, (await _fixture.HealthChangesAsync("edge-1")).Count);
        Assert.Single(await _fixture.HealthChangesAsync("edge-2"));
    }

    [Fact]
    public async Task An_instance_that_stops_gives_up_the_watch_at_once()
    {
        // A lease so long that only a release explains a takeover.
        var first = await _fixture.StartWorkersAsync(("Watch__Lease", "00:01:00"));
        await first.UntilSaysAsync("This instance watches");
        Assert.Equal(0, await first.StopAsync());
        Assert.False(await _fixture.Connection.GetDatabase().KeyExistsAsync(RedisKeys.Lease("watch")));
    }

    [Fact]
    public async Task An_instance_that_has_lost_the_lease_turns_nothing()
    {
        await _fixture.StartRegisteredPeerAsync("edge-1");
        var lease = new Lease(_fixture.Connection, "watch", TimeSpan.FromMinutes(1));
        Assert.True(await lease.HoldAsync());
        var late = new Lease(_fixture.Connection, "watch", TimeSpan.FromMinutes(1));
        await Assert.ThrowsAsync<LeaseLostException>(() =>
            _fixture.Nodes.SetHealthAsync("edge-1", NodeHealth.Up, "", DateTimeOffset.UtcNow, late));
        await _fixture.Nodes.RecordProbeAsync("edge-1", "", default, "0.1.0", DateTimeOffset.UtcNow, late);
        Assert.Equal(NodeStatus.Unknown, await _fixture.StatusAsync("edge-1"));
        Assert.NotNull(await _fixture.Nodes.SetHealthAsync("edge-1", NodeHealth.Up, "", DateTimeOffset.UtcNow, lease));
    }

    [Fact]
    public async Task A_frozen_instance_that_goes_on_after_it_was_replaced_turns_nothing()
    {
        var first = await _fixture.StartWorkersAsync(Patient);
        var peer = await _fixture.StartRegisteredPeerAsync("edge-1");
        await _fixture.WaitForAsync("edge-1", NodeHealth.Up);
        var second = await _fixture.StartWorkersAsync(Patient);
        first.SignalGroup(Signals.Stop);
        await second.UntilSaysAsync("This instance watches");
        // What the first knew and meant to write is old news when it wakes.
        await peer.KillAsync();
        await _fixture.WaitForAsync("edge-1", NodeHealth.Down);
        first.SignalGroup(Signals.Continue);
        await first.UntilSaysAsync("no longer watches");
        Assert.Equal(2, (await _fixture.HealthChangesAsync("edge-1")).Count);
    }
}

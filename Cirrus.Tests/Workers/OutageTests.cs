using Cirrus.Core.Nodes;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Workers;

public sealed class OutageTests : IAsyncLifetime
{
    private WorkersFixture _fixture = null!;
    private ChildProcess _workers = null!;

    public async Task InitializeAsync()
    {
        _fixture = await WorkersFixture.StartAsync();
        _workers = await _fixture.StartWorkersAsync(("Health__Lag", "00:00:04"));
    }

    public async Task DisposeAsync() => await _fixture.DisposeAsync();

    [Theory]
    [InlineData("killed")]
    [InlineData("frozen")]
    public async Task While_Redis_is_away_nothing_is_called_down_and_afterwards_work_goes_on(string how)
    {
        var steady = await _fixture.StartRegisteredPeerAsync("steady");
        var dying = await _fixture.StartRegisteredPeerAsync("dying");
        await _fixture.WaitForAsync("steady", NodeHealth.Up);
        await _fixture.WaitForAsync("dying", NodeHealth.Up);

        // A change that nobody has applied when Redis goes: waiting for it is not the nodes' fault.
        steady.Partitioned = true;
        await _fixture.ChangeSomethingAsync();
        if (how == "killed")
            await _fixture.Server.KillAsync();
        else
            _fixture.Server.Freeze();
        await dying.KillAsync();
        // Longer than a node may lag.
        await Task.Delay(TimeSpan.FromSeconds(6));
        if (how == "killed")
            await _fixture.Server.RestartAsync();
        else
            _fixture.Server.Thaw();
        steady.Partitioned = false;

        await _fixture.WaitForAsync("dying", NodeHealth.Down);
        var change = await ChangeWhenPossibleAsync();
        await Wait.UntilAsync("receipts go on", async () => await _fixture.Applied.NodeAppliedAsync("steady", change) is not null);
        Assert.False(_workers.HasExited);
        Assert.Single(await _fixture.HealthChangesAsync("steady"));
        Assert.Equal(NodeHealth.Up, (await _fixture.StatusAsync("steady")).Health);
    }

    private async Task<Cirrus.Core.Changes.ChangeId> ChangeWhenPossibleAsync()
    {
        await RedisServer.UntilBackAsync(_fixture.Connection);
        return await _fixture.ChangeSomethingAsync();
    }
}

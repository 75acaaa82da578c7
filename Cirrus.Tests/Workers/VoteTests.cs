using Cirrus.Core.Nodes;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Workers;

public sealed class VoteTests : IAsyncLifetime
{
    // A vote of a worker that is held up for a moment does not run out.
    private static readonly (string Name, string Value) Patient = ("Watch__Lease", "00:00:05");

    private WorkersFixture _fixture = null!;
    private VoteStore _votes = null!;

    public async Task InitializeAsync()
    {
        _fixture = await WorkersFixture.StartAsync();
        _votes = new VoteStore(_fixture.Connection);
    }

    public async Task DisposeAsync() => await _fixture.DisposeAsync();

    [Fact]
    public async Task Of_three_workers_two_decide_and_whoever_is_left_decides_alone()
    {
        var peer = await _fixture.StartPeerAsync("edge-1");
        var ports = new[] { FreePort.Next(peer.Address), FreePort.Next(peer.Address) };
        await using var second = TcpRelay.Start(peer.Address, ports[0], _fixture.HttpPort);
        await using var third = TcpRelay.Start(peer.Address, ports[1], _fixture.HttpPort);
        await _fixture.StartWorkersAsync(Patient);
        ChildProcess[] others = await Task.WhenAll(ports.Select(p => _fixture.StartWorkersAsync(Patient, ("Edge__HttpPort", $"{p}"))));
        await _fixture.RegisterAsync(peer);
        await SeenAsync(up: 3, down: 0);
        await _fixture.WaitForAsync("edge-1", NodeHealth.Up);

        // One worker that can't reach the node proves nothing.
        await third.CutAsync();
        await SeenAsync(up: 2, down: 1);
        await ToldAsync("connection refused (seen by 1 of 3 workers)");
        Assert.Single(await _fixture.HealthChangesAsync("edge-1"));

        await second.CutAsync();
        await _fixture.WaitForAsync("edge-1", NodeHealth.Down);
        await ToldAsync("connection refused (seen by 2 of 3 workers)");

        // One of two is no majority, neither for the node nor against it.
        await others[0].KillAsync();
        await SeenAsync(up: 1, down: 1);
        Assert.Equal(NodeHealth.Down, (await _fixture.StatusAsync("edge-1")).Health);

        Assert.Equal(0, await others[1].StopAsync());
        await _fixture.WaitForAsync("edge-1", NodeHealth.Up);
        await SeenAsync(up: 1, down: 0);

        await peer.KillAsync();
        await _fixture.WaitForAsync("edge-1", NodeHealth.Down);
        await ToldAsync("connection refused");
    }

    [Fact]
    public async Task Votes_run_out_with_their_worker_and_are_cast_anew_by_one_that_was_away()
    {
        var vote = new Vote(NodeHealth.Up, "", "1-0", "here");
        KeyValuePair<string, Vote?>[] votes = [new("edge-1", vote)];
        Assert.False(await _votes.CastAsync("a", 1, votes, all: false, TimeSpan.FromMinutes(1)));
        Assert.Empty(await _votes.ReadAsync([]));
        Assert.True(await _votes.CastAsync("a", 2, votes, all: true, TimeSpan.FromMinutes(1)));
        var read = await _votes.ReadAsync([]);
        Assert.Equal(vote, Assert.Single(read).Votes["edge-1"]);
        Assert.Equal(("a", vote), Assert.Single(await _votes.FindAsync("edge-1")));

        Assert.True(await _votes.CastAsync("a", 3, [new("edge-1", null)], all: false, TimeSpan.FromMilliseconds(1)));
        await Wait.UntilAsync("the votes have run out", async () => (await _votes.ReadAsync(read)).Count == 0);
        Assert.False(await _votes.CastAsync("a", 4, votes, all: false, TimeSpan.FromMinutes(1)));
    }

    private Task ToldAsync(string error) =>
        Wait.UntilAsync($"the status tells: {error}", async () => (await _fixture.StatusAsync("edge-1")).Error == error);

    private Task SeenAsync(int up, int down) => Wait.UntilAsync($"{up} workers see it up, {down} see it down", async () =>
    {
        var seen = await _votes.FindAsync("edge-1");
        return seen.Count == up + down && seen.Count(v => v.Vote?.Health == NodeHealth.Up) == up
            && seen.Count(v => v.Vote?.Health == NodeHealth.Down) == down;
    });
}

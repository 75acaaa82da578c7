using System.Security.Cryptography.X509Certificates;
using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;
using Cirrus.Core.Redis;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Workers;

public sealed class HealthTests : IAsyncLifetime
{
    private WorkersFixture _fixture = null!;

    public async Task InitializeAsync() => _fixture = await WorkersFixture.StartAsync();

    public async Task DisposeAsync() => await _fixture.DisposeAsync();

    [Fact]
    public async Task A_node_goes_up_down_when_it_dies_and_up_again_only_when_it_has_caught_up()
    {
        await _fixture.StartWorkersAsync();
        var peer = await _fixture.StartRegisteredPeerAsync("edge-1");
        await _fixture.WaitForAsync("edge-1", NodeHealth.Up);

        await peer.KillAsync();
        await _fixture.WaitForAsync("edge-1", NodeHealth.Down);
        Assert.Equal("connection refused", (await _fixture.StatusAsync("edge-1")).Error);

        peer.Partitioned = true;
        var missed = await _fixture.ChangeSomethingAsync();
        await peer.StartAsync();
        await Wait.UntilAsync("probes say that it is behind", async () =>
            (await _fixture.StatusAsync("edge-1")).Error.StartsWith("behind the change log", StringComparison.Ordinal));
        Assert.Equal(NodeHealth.Down, (await _fixture.StatusAsync("edge-1")).Health);

        peer.Partitioned = false;
        await _fixture.WaitForAsync("edge-1", NodeHealth.Up);
        Assert.True(peer.Applied >= missed);
        await Wait.UntilAsync("the status shows it", async () => await _fixture.StatusAsync("edge-1") is { Error: "", Version: "0.1.0" } status
            && status.Applied >= missed);
        string[] expected = ["""{"health":"up"}""", """{"health":"down"}""", """{"health":"up"}"""];
        Assert.Equal(expected, await _fixture.HealthChangesAsync("edge-1"));
    }

    [Fact]
    public async Task A_node_that_answers_but_applies_nothing_goes_down()
    {
        await _fixture.StartWorkersAsync(("Health__Lag", "00:00:00.6"));
        var peer = await _fixture.StartRegisteredPeerAsync("edge-1");
        await _fixture.WaitForAsync("edge-1", NodeHealth.Up);
        peer.Partitioned = true;
        await _fixture.ChangeSomethingAsync();
        await _fixture.WaitForAsync("edge-1", NodeHealth.Down);
        // Its status says already what a node that is down lacks.
        var turns = await new HealthHistory(_fixture.Connection).TurnsAsync("edge-1", null, DateTimeOffset.UnixEpoch, 1);
        Assert.StartsWith("behind the change log by", turns[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_node_and_one_that_is_not_ready_go_down_while_others_stay_up()
    {
        await _fixture.StartWorkersAsync();
        var silent = await _fixture.StartRegisteredPeerAsync("silent");
        var starting = await _fixture.StartRegisteredPeerAsync("starting");
        await _fixture.StartRegisteredPeerAsync("fine");
        foreach (var id in new[] { "silent", "starting", "fine" })
            await _fixture.WaitForAsync(id, NodeHealth.Up);

        silent.Silent = true;
        starting.Ready = false;
        await _fixture.WaitForAsync("silent", NodeHealth.Down);
        await _fixture.WaitForAsync("starting", NodeHealth.Down);
        Assert.Equal("no answer within 3 s", (await _fixture.StatusAsync("silent")).Error);
        Assert.Equal("status 503: the node is not ready", (await _fixture.StatusAsync("starting")).Error);
        Assert.Single(await _fixture.HealthChangesAsync("fine"));
    }

    [Fact]
    public async Task A_node_that_shows_no_certificate_by_HTTPS_goes_down_unless_nobody_expects_one()
    {
        const string Name = "www.certified.test";
        // What certificates there are is looked at again after twice the lag.
        await _fixture.StartWorkersAsync(("Health__Lag", "00:00:02"));
        var (fullchain, key) = TestCertificate.Make([Name]);
        using var certificate = X509Certificate2.CreateFromPem(fullchain, key);
        var peer = await _fixture.StartRegisteredPeerAsync("edge-1");
        peer.Certificate = certificate;
        await _fixture.WaitForAsync("edge-1", NodeHealth.Up);
        Assert.Equal(0, peer.Handshakes);

        var certificates = _fixture.Connection.GetDatabase();
        await certificates.SortedSetAddAsync(RedisKeys.Certificates, Name, DateTimeOffset.UtcNow.AddDays(1).ToUnixTimeMilliseconds());
        await Wait.UntilAsync("probes come by HTTPS", () => peer.Handshakes > 0);
        Assert.Single(await _fixture.HealthChangesAsync("edge-1"));

        peer.Certificate = null;
        await _fixture.WaitForAsync("edge-1", NodeHealth.Down);
        await Wait.UntilAsync("the status says why", async () =>
            (await _fixture.StatusAsync("edge-1")).Error.StartsWith($"by HTTPS: no handshake for {Name}", StringComparison.Ordinal));

        await certificates.SortedSetRemoveAsync(RedisKeys.Certificates, Name);
        await _fixture.WaitForAsync("edge-1", NodeHealth.Up);
    }

    [Fact]
    public async Task Every_address_of_a_node_is_probed()
    {
        await _fixture.StartWorkersAsync();
        var peer = await _fixture.StartRegisteredPeerAsync("edge-1");
        await _fixture.WaitForAsync("edge-1", NodeHealth.Up);
        await _fixture.RegisterAsync(peer, NodeState.Active, "127.0.2.1");
        await _fixture.WaitForAsync("edge-1", NodeHealth.Down);
        Assert.Equal("127.0.2.1: connection refused", (await _fixture.StatusAsync("edge-1")).Error);
    }

    [Fact]
    public async Task A_disabled_node_must_earn_its_health_anew()
    {
        await _fixture.StartWorkersAsync();
        var peer = await _fixture.StartRegisteredPeerAsync("edge-1");
        await _fixture.WaitForAsync("edge-1", NodeHealth.Up);
        await _fixture.RegisterAsync(peer, NodeState.Disabled);
        await _fixture.WaitForAsync("edge-1", NodeHealth.Down);
        Assert.Equal("disabled", (await _fixture.StatusAsync("edge-1")).Error);
        await _fixture.RegisterAsync(peer);
        await _fixture.WaitForAsync("edge-1", NodeHealth.Up);
    }

    [Fact]
    public async Task A_node_that_is_deleted_leaves_nothing_and_one_of_its_name_starts_anew()
    {
        await _fixture.StartWorkersAsync();
        var peer = await _fixture.StartRegisteredPeerAsync("edge-1");
        await _fixture.WaitForAsync("edge-1", NodeHealth.Up);
        var deleted = await _fixture.Nodes.DeleteAsync("edge-1", WorkersFixture.Actor);
        await Wait.UntilAsync("the node has applied it", () => peer.Applied >= deleted.Change);
        await Wait.UntilAsync("nothing is left of it", async () =>
            await _fixture.Connection.GetDatabase().KeyExistsAsync(["cdn:nodestatus:edge-1", "cdn:applied:node:edge-1"]) == 0);

        await _fixture.RegisterAsync(peer);
        await _fixture.WaitForAsync("edge-1", NodeHealth.Up);
        Assert.Equal(2, (await _fixture.HealthChangesAsync("edge-1")).Count);
    }
}

using System.Diagnostics;
using System.Net;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Edge;

public sealed class RedisOutageTests : OwnEdgeTests
{
    [Fact]
    public async Task Without_redis_the_node_serves_on_and_catches_up_after()
    {
        var domain = await Fixture.AddDomainAsync();
        await Fixture.CacheAsync(domain, "/a");

        await Redis.KillAsync();
        await Wait.UntilAsync("the node has noticed", async () =>
        {
            await ServesForAsync(domain, TimeSpan.Zero);
            return (await Edge.StatusAsync()).Redis == "down";
        });
        await ServesForAsync(domain, TimeSpan.FromSeconds(3));
        var down = await Edge.StatusAsync();
        await Redis.RestartAsync();
        await Edge.AppliedAsync(await PurgedAsync(domain));

        Assert.Equal("down", down.Redis);
        Assert.True(down.Ready);
        Assert.False((await Edge.GetAsync(domain, "/a")).IsHit);
        Assert.Equal("up", (await Edge.StatusAsync()).Redis);
    }

    [Fact]
    public async Task A_redis_that_hangs_delays_requests_for_a_moment_and_fails_none()
    {
        var domain = await Fixture.AddDomainAsync();

        await Promise.IsKeptAsync(TimeSpan.FromSeconds(1.5), async () =>
        {
            await Fixture.CacheAsync(domain, "/a");
            Redis.Freeze();
            var slowest = await ServesForAsync(domain, TimeSpan.FromSeconds(4));
            Redis.Thaw();
            await Edge.AppliedAsync(await PurgedAsync(domain));
            Assert.False((await Edge.GetAsync(domain, "/a")).IsHit);
            return slowest;
        });
    }

    [Fact]
    public async Task A_node_restarted_without_redis_serves_from_its_snapshot_and_its_cache()
    {
        var domain = await Fixture.AddDomainAsync();
        await Edge.AppliedAsync(await Control.PurgeEverythingAsync(domain));
        var applied = (await Edge.StatusAsync()).Applied;
        var body = await Fixture.CacheAsync(domain, "/a");

        await Redis.KillAsync();
        await Edge.StopAsync();
        await Edge.StartAsync();
        var cached = await Edge.GetAsync(domain, "/a");
        var fetched = await Edge.GetAsync(domain, "/b");

        Assert.True(cached.IsHit, cached.CacheStatus);
        Assert.Equal(body, cached.Body);
        Assert.Equal(HttpStatusCode.OK, fetched.Status);
        Assert.Equal(applied, (await Edge.StatusAsync()).Applied);
    }

    [Fact]
    public async Task A_node_killed_right_after_a_purge_does_not_forget_it_without_redis()
    {
        var domain = await Fixture.AddDomainAsync();
        var mark = Path.Combine(Edge.Data, "snapshot.behind");
        for (var i = 0; i < 3; i++)
        {
            await Wait.UntilAsync("the snapshot has the domain", () => !File.Exists(mark));
            var body = await Fixture.CacheAsync(domain, "/a");
            await Edge.AppliedAsync(await Control.PurgeUrlAsync(domain, "/a"));
            await Edge.KillAsync();
            await Redis.KillAsync();
            await Edge.StartAsync();

            var answer = await Edge.GetAsync(domain, "/a");
            Assert.Equal(HttpStatusCode.OK, answer.Status);
            Assert.NotEqual(body, answer.Body);

            await Redis.RestartAsync();
            await Edge.AppliedAsync(await PurgedAsync(domain));
        }
    }

    [Fact]
    public async Task A_node_with_nothing_at_all_says_so()
    {
        await Redis.KillAsync();
        await Edge.KillAsync();
        File.Delete(Path.Combine(Edge.Data, "snapshot.json"));
        await Edge.StartAsync();

        var answer = await Edge.GetAsync("www.example.test", "/");
        var health = await Edge.GetAsync("health.cirrus.invalid", "/.well-known/cirrus/health");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.Equal("1", answer.Headers["Retry-After"]);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.Status);
        Assert.False((await Edge.StatusAsync()).Ready);
    }

    [Fact]
    public async Task A_log_trimmed_past_the_node_makes_it_read_everything_and_purge_everything()
    {
        var domain = await Fixture.AddDomainAsync();
        await Fixture.CacheAsync(domain, "/a");
        var other = await Fixture.AddDomainAsync();
        await Fixture.CacheAsync(other, "/a");

        await Control.PurgeAndTrimAsync(domain);
        await Edge.AppliedAsync(await Control.AppendAsync("node-put", "edge-9"));

        Assert.False((await Edge.GetAsync(domain, "/a")).IsHit);
        Assert.False((await Edge.GetAsync(other, "/a")).IsHit);
        Assert.True((await Edge.GetAsync(other, "/a")).IsHit);
    }

    [Fact]
    public async Task A_redis_that_lost_its_data_is_believed()
    {
        var domain = await Fixture.AddDomainAsync();
        await Fixture.CacheAsync(domain, "/a");
        var before = (await Edge.StatusAsync()).Applied!;

        await Control.LoseEverythingAsync();
        await Wait.UntilAsync("the node has no domain", async () => (await Edge.StatusAsync()).Domains == 0);
        var gone = await Edge.GetAsync(domain, "/a");
        await Fixture.AddDomainAsync(domain);

        Assert.True(ChangeId.Compare((await Edge.StatusAsync()).Applied, before) > 0);
        Assert.Equal(HttpStatusCode.NotFound, gone.Status);
        Assert.False((await Edge.GetAsync(domain, "/a")).IsHit);
    }

    [Fact]
    public async Task A_redis_set_back_and_written_since_is_believed()
    {
        var domain = await Fixture.AddDomainAsync();
        await Redis.KillAsync();
        using var older = Redis.CopyData();
        await Redis.RestartAsync();
        await Edge.AppliedAsync(await PurgedAsync(domain));
        await using var undone = await OriginServer.StartAsync();
        await Fixture.AddDomainAsync(domain, [ControlPlane.Origin(undone.Port)]);
        var old = await Fixture.CacheAsync(domain, "/a");
        var unknown = await Fixture.AddDomainAsync();

        Edge.Freeze();
        await Redis.KillAsync();
        Redis.SetBack(older);
        await Redis.RestartAsync();
        var change = await PurgedAsync(EdgeFixture.NewName());
        Edge.Thaw();
        await Edge.AppliedAsync(change);
        var answer = await Edge.GetAsync(domain, "/a");

        Assert.StartsWith($"{undone.Port} ", old, StringComparison.Ordinal);
        Assert.False(answer.IsHit, answer.CacheStatus);
        Assert.StartsWith($"{Fixture.Origin.Port} ", answer.Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await Edge.GetAsync(unknown, "/a")).Status);
        Assert.Equal(1, (await Edge.StatusAsync()).Domains);
    }

    // The connection of this test to Redis needs a moment after an outage, too.
    private async Task<string> PurgedAsync(string domain)
    {
        var change = "";
        await Wait.UntilAsync(
            "Redis takes a purge", async () =>
            {
                try
                {
                    change = await Control.PurgeEverythingAsync(domain);
                    return true;
                }
                catch (StackExchange.Redis.RedisException)
                {
                    return false;
                }
            });
        return change;
    }

    // Asks all the time, at least once; every answer must be a hit. Returns the slowest.
    private async Task<TimeSpan> ServesForAsync(string domain, TimeSpan duration)
    {
        var slowest = TimeSpan.Zero;
        var total = Stopwatch.StartNew();
        do
        {
            var clock = Stopwatch.StartNew();
            var answer = await Edge.GetAsync(domain, "/a");
            slowest = clock.Elapsed > slowest ? clock.Elapsed : slowest;
            Assert.True(answer.IsHit, $"{answer.Status} {answer.Body}");
        }
        while (total.Elapsed < duration);

        return slowest;
    }
}

using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Edge;

/// <summary>A node that was away when something was purged.</summary>
public sealed class PurgeRestartTests : OwnEdgeTests
{
    [Fact]
    public async Task A_node_that_was_killed_serves_nothing_that_was_purged_meanwhile()
    {
        var domain = await PrepareAsync();
        await SnapshotAsync();
        await Edge.KillAsync();
        await Control.PurgeTagAsync(domain, "news");
        await Control.PurgeSoftlyAsync(domain, "tag", "sport");

        await Edge.StartAsync();

        // As soon as it answers at all.
        Assert.False((await GetAsync(domain, "/1/news")).IsHit);
        var soft = await GetAsync(domain, "/2/sport");
        Assert.True(!soft.IsHit || soft.CacheStatus.Contains("purged", StringComparison.Ordinal), soft.CacheStatus);
    }

    [Fact]
    public async Task What_is_in_the_cache_stays_usable_over_a_restart_and_tags_count_on()
    {
        var domain = await PrepareAsync();
        await Edge.AppliedAsync(await Control.PurgeTagAsync(domain, "news"));
        await Edge.AppliedAsync(await Control.PurgeSoftlyAsync(domain, "tag", "art"));
        await Fixture.CacheAsync(domain, "/1/news");
        await Fixture.CacheAsync(domain, "/4/news+sport");
        await SnapshotAsync();
        await Edge.KillAsync();
        await Redis.KillAsync();

        await Edge.StartAsync();

        // Its tags are not known any more, so only what was fetched after the newest purge by tag is sure.
        Assert.True((await GetAsync(domain, "/1/news")).IsHit);
        Assert.True((await GetAsync(domain, "/4/news+sport")).IsHit);
        Assert.False((await GetAsync(domain, "/3/art")).IsHit);
    }

    [Fact]
    public async Task A_node_with_an_old_snapshot_catches_up_with_the_log_before_it_serves()
    {
        var domain = await PrepareAsync();
        await SnapshotAsync();
        var old = await File.ReadAllBytesAsync(Path.Combine(Edge.Data, "snapshot.json"));
        await Edge.AppliedAsync(await Control.PurgeTagAsync(domain, "news"));
        await Edge.AppliedAsync(await Control.PurgeSoftlyAsync(domain, "everything"));
        await SnapshotAsync();
        await Edge.KillAsync();
        await File.WriteAllBytesAsync(Path.Combine(Edge.Data, "snapshot.json"), old);

        await Edge.StartAsync();

        Assert.False((await GetAsync(domain, "/1/news")).IsHit);
        var soft = await GetAsync(domain, "/2/sport");
        Assert.True(!soft.IsHit || soft.CacheStatus.Contains("purged", StringComparison.Ordinal), soft.CacheStatus);
    }

    [Fact]
    public async Task Tags_that_were_forgotten_can_cause_a_miss_and_never_a_stale_hit()
    {
        // Room for some dozens of entries.
        await Edge.StopAsync();
        Edge.Environment["CIRRUS_EDGE_TAGS_SIZE"] = "16k";
        await Edge.StartAsync();
        var domain = await PrepareAsync();
        string[] paths = [.. Enumerable.Range(0, 300).Select(number => $"/{number}/{(number % 3 == 0 ? "news" : "sport")}")];
        foreach (var path in paths)
            await Edge.GetAsync(domain, path);

        await Edge.AppliedAsync(await Control.PurgeTagAsync(domain, "news"));

        foreach (var path in paths.Where(path => path.EndsWith("news", StringComparison.Ordinal)))
            Assert.False((await GetAsync(domain, path)).IsHit, path);
    }

    private async Task<string> PrepareAsync()
    {
        Fixture.Origin.Respond = context =>
        {
            context.Response.Headers.CacheControl = "max-age=600";
            TagPurgeTests.Tag(context, "Surrogate-Key");
            return Task.CompletedTask;
        };
        var domain = await Fixture.AddDomainAsync();
        foreach (var path in new[] { "/1/news", "/2/sport", "/3/art" })
            await Fixture.CacheAsync(domain, path);
        return domain;
    }

    // The mark that the snapshot is behind is gone when it is not.
    private Task SnapshotAsync() => Wait.UntilAsync(
        "the snapshot is written", () => Task.FromResult(
            File.Exists(Path.Combine(Edge.Data, "snapshot.json")) && !File.Exists(Path.Combine(Edge.Data, "snapshot.behind"))));

    private Task<EdgeAnswer> GetAsync(string domain, string path) => Edge.GetAsync(domain, path);
}

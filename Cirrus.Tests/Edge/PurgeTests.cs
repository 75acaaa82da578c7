using System.Net;

namespace Cirrus.Tests.Edge;

[Collection(EdgeGroup.Name)]
public sealed class PurgeTests(EdgeFixture fixture)
{
    [Fact]
    public async Task Purging_everything_misses_everywhere_in_the_domain_and_nowhere_else()
    {
        var domain = await fixture.AddDomainAsync();
        var other = await fixture.AddDomainAsync();
        await fixture.CacheAsync(domain, "/a");
        await fixture.CacheAsync(domain, "/b?c");
        await fixture.CacheAsync(other, "/a");

        await fixture.Edge.AppliedAsync(await fixture.Control.PurgeEverythingAsync(domain));

        Assert.False((await fixture.Edge.GetAsync(domain, "/a")).IsHit);
        Assert.False((await fixture.Edge.GetAsync(domain, "/b?c")).IsHit);
        Assert.True((await fixture.Edge.GetAsync(domain, "/a")).IsHit);
        Assert.True((await fixture.Edge.GetAsync(other, "/a")).IsHit);
    }

    [Fact]
    public async Task Purging_a_prefix_misses_below_it_only()
    {
        var domain = await fixture.AddDomainAsync();
        string[] below = ["/assets/a", "/assets/css/b?v=1", "/%61ssets/c", "/assets/"];
        string[] beside = ["/asset", "/Assets/a", "/b?/assets/"];
        foreach (var path in below.Concat(beside))
            await fixture.CacheAsync(domain, path);

        await fixture.Edge.AppliedAsync(await fixture.Control.PurgePrefixAsync(domain, "/assets/", "/unused/"));

        foreach (var path in below)
            Assert.False((await fixture.Edge.GetAsync(domain, path)).IsHit, path);
        foreach (var path in beside)
            Assert.True((await fixture.Edge.GetAsync(domain, path)).IsHit, path);
    }

    [Fact]
    public async Task Purging_a_url_misses_in_every_spelling_and_leaves_other_queries()
    {
        var domain = await fixture.AddDomainAsync();
        await fixture.CacheAsync(domain, "/a?b=1");
        await fixture.CacheAsync(domain, "/a?b=2");
        await fixture.CacheAsync(domain, "/a");

        await fixture.Edge.AppliedAsync(await fixture.Control.PurgeUrlAsync(domain, "/x/../%61?b=%31"));

        Assert.False((await fixture.Edge.GetAsync(domain, "/a?b=1")).IsHit);
        Assert.True((await fixture.Edge.GetAsync(domain, "/a?b=2")).IsHit);
        Assert.True((await fixture.Edge.GetAsync(domain, "/a")).IsHit);
    }

    [Fact]
    public async Task A_wildcards_purge_reaches_all_its_hosts()
    {
        var parent = EdgeFixture.NewName();
        await fixture.AddDomainAsync($"*.{parent}");
        await fixture.CacheAsync($"one.{parent}", "/a");
        await fixture.CacheAsync($"two.{parent}", "/a");

        await fixture.Edge.AppliedAsync(await fixture.Control.PurgeEverythingAsync($"*.{parent}"));

        Assert.False((await fixture.Edge.GetAsync($"one.{parent}", "/a")).IsHit);
        Assert.False((await fixture.Edge.GetAsync($"two.{parent}", "/a")).IsHit);
    }

    [Fact]
    public async Task Purging_a_host_of_a_wildcard_leaves_its_other_hosts()
    {
        var parent = EdgeFixture.NewName();
        await fixture.AddDomainAsync($"*.{parent}");
        await fixture.CacheAsync($"one.{parent}", "/a");
        await fixture.CacheAsync($"two.{parent}", "/a");

        await fixture.Edge.AppliedAsync(await fixture.Control.PurgeHostAsync($"*.{parent}", $"one.{parent}"));

        Assert.False((await fixture.Edge.GetAsync($"one.{parent}", "/a")).IsHit);
        Assert.True((await fixture.Edge.GetAsync($"two.{parent}", "/a")).IsHit);
    }

    [Fact]
    public async Task Hundreds_of_purges_one_by_one_are_each_in_effect_at_every_worker()
    {
        var domain = await fixture.AddDomainAsync();
        string[] paths = [.. Enumerable.Range(0, 10).Select(number => $"/{number}")];
        foreach (var path in paths)
            await fixture.CacheAsync(domain, path);
        // More than are kept apart from the whole, with workers that have seen some of them, or none.
        for (var i = 0; i < 300; i++)
        {
            var change = await fixture.Control.PurgeUrlAsync(domain, $"/many/{i}", $"/{i % 10}");
            if (i % 37 != 0)
                continue;
            await fixture.Edge.AppliedAsync(change);
            Assert.False((await fixture.Edge.GetAsync(domain, $"/{i % 10}")).IsHit);
        }
        foreach (var path in paths)
            await fixture.CacheAsync(domain, path);
        await fixture.Edge.AppliedAsync(await fixture.Control.PurgeUrlAsync(domain, "/7"));

        foreach (var path in paths)
            Assert.Equal(path != "/7", (await fixture.Edge.GetAsync(domain, path)).IsHit);
    }

    [Fact]
    public async Task A_response_under_way_during_a_purge_is_not_found_after_it()
    {
        await using var origin = await OriginServer.StartAsync();
        var asked = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        origin.Respond = async context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            asked.TrySetResult();
            await go.Task.WaitAsync(TimeSpan.FromSeconds(10), context.RequestAborted);
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);
        var underWay = fixture.Edge.GetAsync(domain, "/a");
        await asked.Task;

        await fixture.Edge.AppliedAsync(await fixture.Control.PurgeEverythingAsync(domain));
        go.SetResult();
        var old = await underWay;
        var answer = await fixture.Edge.GetAsync(domain, "/a");

        Assert.Equal(HttpStatusCode.OK, old.Status);
        Assert.Equal("edge-test; fwd=uri-miss; stored", answer.CacheStatus);
        Assert.NotEqual(old.Body, answer.Body);
    }

    [Fact]
    public async Task More_purges_than_the_edge_remembers_one_by_one_purge_the_domain()
    {
        var domain = await fixture.AddDomainAsync();
        await fixture.CacheAsync(domain, "/a");

        await fixture.Edge.AppliedAsync(
            await fixture.Control.PurgeUrlAsync(domain, [.. Enumerable.Range(0, 4100).Select(number => $"/many/{number}")]));

        Assert.False((await fixture.Edge.GetAsync(domain, "/a")).IsHit);
        Assert.True((await fixture.Edge.GetAsync(domain, "/a")).IsHit);
    }
}

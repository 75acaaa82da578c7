using System.Net;
using System.Text.Json;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Edge;

[Collection(EdgeGroup.Name)]
public sealed class WarmTests(EdgeFixture fixture)
{
    [Fact]
    public async Task A_warm_list_fills_the_cache_and_says_what_became_of_each_url()
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = context =>
        {
            context.Response.Headers.CacheControl = context.Request.Path == "/private" ? "private" : "max-age=60";
            if (context.Request.Path == "/broken")
                context.Response.StatusCode = (int)HttpStatusCode.ServiceUnavailable;
            return Task.CompletedTask;
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);
        await fixture.CacheAsync(domain, "/there");

        var change = await fixture.Control.WarmAsync(domain, "/a", $"http://{domain}/b?c=d", "/there", "/private", "/broken");

        var done = await DoneAsync(change);
        Assert.Equal(
            (5, 2, 1, 1, 1),
            (Number(done, "urls"), Number(done, "stored"), Number(done, "cached"), Number(done, "notStored"), Number(done, "failed")));
        var asked = origin.Requests;
        Assert.True((await fixture.Edge.GetAsync(domain, "/a")).IsHit);
        Assert.True((await fixture.Edge.GetAsync(domain, "/b?c=d")).IsHit);
        Assert.Equal(asked, origin.Requests);
        await Wait.UntilAsync("it is counted", async () =>
            (await fixture.Edge.MetricsAsync()).Contains("cirrus_edge_warmed_total{result=\"stored\"}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_keeps_clients_out_does_not_keep_the_node_from_fetching()
    {
        var domain = await fixture.AddDomainAsync(members: new { maintenance = new { enabled = true } });

        var done = await DoneAsync(await fixture.Control.WarmAsync(domain, "/a"));
        var closed = await fixture.Edge.GetAsync(domain, "/a");
        await fixture.AddDomainAsync(domain);

        Assert.Equal(1, Number(done, "stored"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, closed.Status);
        Assert.True((await fixture.Edge.GetAsync(domain, "/a")).IsHit);
    }

    [Fact]
    public async Task A_list_comes_after_the_purge_before_it_and_no_more_than_a_few_urls_are_fetched_at_once()
    {
        await using var origin = await OriginServer.StartAsync();
        var (now, most) = (0, 0);
        origin.Respond = async context =>
        {
            var count = Interlocked.Increment(ref now);
            InterlockedMax(ref most, count);
            await Task.Yield();
            context.Response.Headers.CacheControl = "max-age=60";
            Interlocked.Decrement(ref now);
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);
        string[] paths = [.. Enumerable.Range(0, 200).Select(number => $"/{number}")];
        var old = await fixture.CacheAsync(domain, "/7");

        await fixture.Control.PurgeEverythingAsync(domain);
        var done = await DoneAsync(await fixture.Control.WarmAsync(domain, paths));

        Assert.Equal(200, Number(done, "stored"));
        Assert.InRange(most, 1, 8);
        var answer = await fixture.Edge.GetAsync(domain, "/7");
        Assert.True(answer.IsHit);
        Assert.NotEqual(old, answer.Body);
    }

    [Fact]
    public async Task A_secure_domain_is_warmed_as_https_unless_a_url_says_otherwise()
    {
        var domain = await fixture.AddSecureDomainAsync(tls: new { certificate = "own" });

        await DoneAsync(await fixture.Control.WarmAsync(domain, "/a", $"http://{domain}/b"));

        Assert.True((await fixture.Edge.GetSecurelyAsync(domain, "/a")).IsHit);
        Assert.False((await fixture.Edge.GetAsync(domain, "/a")).IsHit);
        Assert.True((await fixture.Edge.GetAsync(domain, "/b")).IsHit);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); seen < value;)
        {
            var before = Interlocked.CompareExchange(ref most, value, seen);
            if (before == seen)
                return;
            seen = before;
        }
    }

    private static int Number(JsonElement document, string name) => document.GetProperty(name).GetInt32();

    private async Task<JsonElement> DoneAsync(string change)
    {
        JsonElement? progress = null;
        await Wait.UntilAsync(
            "the list is done", async () => (progress = await fixture.Edge.WarmAsync(change))?.GetProperty("done").GetBoolean() == true);
        return progress!.Value;
    }
}

using System.Net;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Edge;

[Collection(EdgeGroup.Name)]
public sealed class SoftPurgeTests(EdgeFixture fixture) : IAsyncLifetime
{
    private OriginServer _origin = null!;
    private string _domain = "";

    public async Task InitializeAsync()
    {
        _origin = await OriginServer.StartAsync();
        _domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(_origin.Port)]);
    }

    public Task DisposeAsync() => _origin.DisposeAsync().AsTask();

    [Theory]
    [InlineData("everything", null)]
    [InlineData("url", "/a/news")]
    [InlineData("prefix", "/a")]
    [InlineData("tag", "news")]
    [InlineData("host", "DOMAIN")]
    public async Task What_is_purged_softly_is_served_while_it_is_fetched_anew_once(string kind, string? value)
    {
        TagEverything();
        var old = await fixture.CacheAsync(_domain, "/a/news");
        await PurgeAsync(kind, value is null ? [] : [value == "DOMAIN" ? _domain : value]);
        var asked = _origin.Requests;

        var stale = await GetAsync("/a/news");

        Assert.Matches(@"^edge-test; hit; ttl=-\d+; detail=purged$", stale.CacheStatus);
        Assert.Equal(old, stale.Body);
        await Wait.UntilAsync("it is new", async () => (await GetAsync("/a/news")).Body != old);
        var renewed = await GetAsync("/a/news");
        Assert.Matches(@"^edge-test; hit; ttl=\d+$", renewed.CacheStatus);
        Assert.Equal(asked + 1, _origin.Requests);
    }

    [Fact]
    public async Task What_a_soft_purge_does_not_concern_stays_fresh()
    {
        TagEverything();
        await fixture.CacheAsync(_domain, "/a/news");
        await fixture.CacheAsync(_domain, "/b/sport");
        await PurgeAsync("tag", "sport");

        Assert.DoesNotContain("purged", (await GetAsync("/a/news")).CacheStatus, StringComparison.Ordinal);
        Assert.Contains("purged", (await GetAsync("/b/sport")).CacheStatus, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_requests_for_a_stale_object_are_one_at_the_origin_and_none_waits()
    {
        var go = new TaskCompletionSource();
        await fixture.CacheAsync(_domain, "/a");
        await PurgeAsync("everything");
        var asked = _origin.Requests;
        _origin.Respond = async context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            await go.Task.WaitAsync(TimeSpan.FromSeconds(20), context.RequestAborted);
        };

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => GetAsync("/a")));
        await Wait.UntilAsync("the origin is asked", () => Task.FromResult(_origin.Requests > asked));

        Assert.All(answers, answer => Assert.True(answer.IsHit, answer.CacheStatus));
        Assert.Equal(asked + 1, _origin.Requests);
        go.SetResult();
        await Wait.UntilAsync("it is new", async () => !(await GetAsync("/a")).CacheStatus.Contains("purged", StringComparison.Ordinal));
        Assert.Equal(asked + 1, _origin.Requests);
    }

    [Fact]
    public async Task What_the_origin_refuses_to_renew_stays()
    {
        var old = await fixture.CacheAsync(_domain, "/a");
        await PurgeAsync("url", "/a");
        _origin.Respond = context =>
        {
            context.Response.StatusCode = (int)HttpStatusCode.InternalServerError;
            return Task.CompletedTask;
        };
        var asked = _origin.Requests;

        await Wait.UntilAsync("the origin is asked", async () =>
        {
            Assert.Equal(old, (await GetAsync("/a")).Body);
            return _origin.Requests > asked;
        });
        for (var i = 0; i < 10; i++)
            Assert.Equal(old, (await GetAsync("/a")).Body);

        // It is not asked at every request.
        Assert.Equal(asked + 1, _origin.Requests);
    }

    [Fact]
    public async Task A_response_under_way_during_a_soft_purge_is_fetched_once_more()
    {
        var asked = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        _origin.Respond = async context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            asked.TrySetResult();
            await go.Task.WaitAsync(TimeSpan.FromSeconds(10), context.RequestAborted);
        };
        var underWay = GetAsync("/a");
        await asked.Task;
        await PurgeAsync("everything");
        go.SetResult();
        var old = await underWay;

        Assert.Contains("purged", (await GetAsync("/a")).CacheStatus, StringComparison.Ordinal);
        await Wait.UntilAsync("it is new", async () => (await GetAsync("/a")).Body != old.Body);
    }

    [Fact]
    public async Task A_copy_in_the_memory_of_a_worker_is_no_exception()
    {
        var old = await fixture.CacheAsync(_domain, "/a");
        for (var i = 0; i < 20; i++)
            await GetAsync("/a");
        await PurgeAsync("everything");

        Assert.Contains("purged", (await GetAsync("/a")).CacheStatus, StringComparison.Ordinal);
        await Wait.UntilAsync("it is new", async () => (await GetAsync("/a")).Body != old);
        for (var i = 0; i < 20; i++)
            Assert.NotEqual(old, (await GetAsync("/a")).Body);
    }

    [Fact]
    public async Task A_hard_purge_after_a_soft_one_leaves_nothing_to_be_served()
    {
        await fixture.CacheAsync(_domain, "/a");
        await PurgeAsync("everything");
        await fixture.Edge.AppliedAsync(await fixture.Control.PurgeUrlAsync(_domain, "/a"));

        Assert.Equal("edge-test; fwd=uri-miss; stored", (await GetAsync("/a")).CacheStatus);
        Assert.DoesNotContain("purged", (await GetAsync("/a")).CacheStatus, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clients_marker_of_inner_requests_means_nothing()
    {
        var old = await fixture.CacheAsync(_domain, "/a");

        var answer = await fixture.Edge.GetAsync(_domain, "/a", with: request => request.Headers.Add("X-Cirrus-Inner", "refresh http GET"));

        Assert.True(answer.IsHit);
        Assert.Equal(old, answer.Body);
        Assert.DoesNotContain("X-Cirrus-Explain", answer.Headers.Keys);
    }

    private void TagEverything() => _origin.Respond = context =>
    {
        context.Response.Headers.CacheControl = "max-age=60";
        TagPurgeTests.Tag(context, "Cache-Tag");
        return Task.CompletedTask;
    };

    private Task<EdgeAnswer> GetAsync(string path) => fixture.Edge.GetAsync(_domain, path);

    private async Task PurgeAsync(string kind, params string[] values) =>
        await fixture.Edge.AppliedAsync(await fixture.Control.PurgeSoftlyAsync(_domain, kind, values));
}

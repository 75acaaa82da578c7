using System.Net;
using System.Net.Sockets;
using System.Text;
using Cirrus.Tests.Programs;
using Microsoft.AspNetCore.Http;

namespace Cirrus.Tests.Edge;

/// <summary>Requests for the same that come at once.</summary>
[Collection(EdgeGroup.Name)]
public sealed class CollapsingTests(EdgeFixture fixture)
{
    [Fact]
    public async Task A_thousand_requests_for_one_missing_object_become_one_at_the_origin()
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = async context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            await Task.Delay(500, context.RequestAborted);
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);

        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => fixture.Edge.GetAsync(domain, "/a")));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.Equal(1, origin.Requests);
    }

    [Fact]
    public async Task Requests_for_what_is_not_stored_do_not_wait_for_each_other()
    {
        await using var origin = await OriginServer.StartAsync();
        var (arrived, waits) = (0, false);
        var together = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        origin.Respond = async context =>
        {
            context.Response.Headers.CacheControl = "private";
            if (!waits)
                return;
            if (Interlocked.Increment(ref arrived) == 8)
                together.SetResult();
            await together.Task.WaitAsync(TimeSpan.FromSeconds(10));
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);
        // One request is enough: its worker tells the others.
        await fixture.Edge.GetAsync(domain, "/a");
        waits = true;

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => fixture.Edge.GetAsync(domain, "/a")));

        Assert.All(answers, answer => Assert.Equal("edge-test; fwd=uri-miss", answer.CacheStatus));
    }

    [Theory]
    [InlineData("max-age=1, must-revalidate", true)]
    [InlineData("max-age=1, must-revalidate", false)]
    [InlineData("max-age=1", true)]
    [InlineData("max-age=1", false)]
    public async Task Many_requests_for_one_expired_object_become_one_at_the_origin(string cacheControl, bool hasTag)
    {
        await using var origin = await OriginServer.StartAsync();
        var isFirst = true;
        origin.Respond = async context =>
        {
            context.Response.Headers.CacheControl = isFirst ? cacheControl : "max-age=60";
            if (hasTag)
                context.Response.Headers.ETag = "\"1\"";
            if (isFirst)
                return;
            if (context.Request.Headers.IfNoneMatch == "\"1\"")
                context.Response.StatusCode = StatusCodes.Status304NotModified;
            await Task.Delay(300, context.RequestAborted);
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);
        await fixture.Edge.GetAsync(domain, "/a");
        isFirst = false;
        // A request would refresh the object.
        await Wait.UntilAsync(
            "it has expired", async () => (await fixture.Edge.ExplainAsync(domain, "/a")).GetProperty("cache").GetString() == "STALE");

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => fixture.Edge.GetAsync(domain, "/a")));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.Equal(2, origin.Requests);
    }

    [Fact]
    public async Task Requests_for_what_is_no_longer_stored_do_not_wait_for_each_other()
    {
        await using var origin = await OriginServer.StartAsync();
        var (isFirst, arrived) = (true, 0);
        var together = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        origin.Respond = async context =>
        {
            context.Response.Headers.CacheControl = isFirst ? "max-age=1, must-revalidate" : "private";
            if (isFirst || context.Request.Path != "/a" || context.Request.Headers["X-Together"].Count == 0)
                return;
            if (Interlocked.Increment(ref arrived) == 8)
                together.SetResult();
            await together.Task.WaitAsync(TimeSpan.FromSeconds(10));
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);
        var first = await fixture.Edge.GetAsync(domain, "/a");
        isFirst = false;
        await Wait.UntilAsync("it is no longer stored", async () => (await fixture.Edge.GetAsync(domain, "/a")).Body != first.Body);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            fixture.Edge.GetAsync(domain, "/a", with: request => request.Headers.Add("X-Together", "1"))));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
    }
}

/// <summary>Those whose worker dies meanwhile.</summary>
public sealed class CollapsingCrashTests : OwnEdgeTests
{
    [Fact]
    public async Task A_worker_killed_while_it_fills_the_cache_leaves_nothing_stuck()
    {
        var arrived = new TaskCompletionSource();
        Fixture.Origin.Respond = async context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            if (arrived.TrySetResult())
                await Task.Delay(Timeout.Infinite, context.RequestAborted);
        };
        var domain = await Fixture.AddDomainAsync();
        // Not by a client that asks again by itself.
        using var lost = new TcpClient();
        await lost.ConnectAsync("127.0.0.1", Edge.HttpPort);
        await lost.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET /a HTTP/1.1\r\nHost: {domain}\r\n\r\n"));
        await arrived.Task;

        var killed = Edge.Workers();
        Signals.Send(Signals.Kill, killed);
        await Wait.UntilAsync("others are in their place", () => Edge.Workers() is { Count: 2 } now && !now.Intersect(killed).Any());
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Edge.GetAsync(domain, "/a")));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.True((await Edge.GetAsync(domain, "/a")).IsHit);
        Assert.Equal(2, Fixture.Origin.Requests);
    }
}

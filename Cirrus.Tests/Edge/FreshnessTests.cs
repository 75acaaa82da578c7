using System.Net;
using Cirrus.Tests.Programs;
using Microsoft.AspNetCore.Http;

namespace Cirrus.Tests.Edge;

/// <summary>What becomes of an object when its time is over.</summary>
[Collection(EdgeGroup.Name)]
public sealed class FreshnessTests(EdgeFixture fixture)
{
    [Fact]
    public async Task An_expired_object_is_revalidated()
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = context =>
        {
            context.Response.Headers.CacheControl = "max-age=1";
            context.Response.Headers.ETag = "\"1\"";
            if (context.Request.Headers.IfNoneMatch == "\"1\"")
                context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);
        var first = await fixture.Edge.GetAsync(domain, "/a");

        EdgeAnswer answer = first;
        await Wait.UntilAsync(
            "the object expires", async () => !(answer = await fixture.Edge.GetAsync(domain, "/a")).IsHit);

        Assert.Equal("edge-test; fwd=stale; fwd-status=304; stored", answer.CacheStatus);
        Assert.Equal(first.Body, answer.Body);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Fact]
    public async Task A_stale_object_is_served_when_no_origin_answers_but_not_when_it_says_404()
    {
        await using var origin = await OriginServer.StartAsync();
        var status = 200;
        origin.Respond = context =>
        {
            context.Response.Headers.CacheControl = "max-age=1";
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);
        var first = await fixture.Edge.GetAsync(domain, "/a");
        status = 503;

        EdgeAnswer stale = first;
        await Wait.UntilAsync(
            "the object expires", async () => (stale = await fixture.Edge.GetAsync(domain, "/a")).CacheStatus.Contains("fwd=stale", StringComparison.Ordinal));
        status = 404;
        var gone = await fixture.Edge.GetAsync(domain, "/a");

        Assert.Equal("edge-test; fwd=stale; fwd-status=503", stale.CacheStatus);
        Assert.Equal(first.Body, stale.Body);
        Assert.Equal(HttpStatusCode.NotFound, gone.Status);
    }
}

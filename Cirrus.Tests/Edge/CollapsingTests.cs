using System.Net;

namespace Cirrus.Tests.Edge;

/// <summary>Requests for the same that come at once.</summary>
[Collection(EdgeGroup.Name)]
public sealed class CollapsingTests(EdgeFixture fixture)
{
    [Fact]
    public async Task Many_requests_for_one_missing_object_become_one_at_the_origin()
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = async context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            await Task.Delay(100, context.RequestAborted);
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => fixture.Edge.GetAsync(domain, "/a")));

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
}

using System.Net;
using Cirrus.Tests.Programs;
using Microsoft.AspNetCore.Http;

namespace Cirrus.Tests.Edge;

/// <summary>How origins are asked: the member <c>originPolicy</c> of a domain.</summary>
[Collection(EdgeGroup.Name)]
public sealed class OriginPolicyTests(EdgeFixture fixture)
{
    [Theory]
    [InlineData(429, true)]
    [InlineData(500, true)]
    [InlineData(503, true)]
    [InlineData(520, true)]
    [InlineData(429, false)]
    [InlineData(500, false)]
    [InlineData(503, false)]
    [InlineData(520, false)]
    public async Task A_status_that_is_named_sends_a_request_on_and_another_does_not(int status, bool named)
    {
        await using var bad = await OriginServer.StartAsync();
        await using var good = await OriginServer.StartAsync();
        bad.Respond = Status(status);
        int[] statuses = named ? [status] : [502];
        var domain = await AddAsync([Origin(bad), Origin(good, backup: true)], new { retryStatuses = statuses });

        var answer = await fixture.Edge.GetAsync(domain, "/a");

        Assert.Equal(named ? $"{good.Port} 1" : $"{bad.Port} 1", answer.Body);
        Assert.Equal(named ? 200 : status, (int)answer.Status);
    }

    [Theory]
    [InlineData("GET", null, true)]
    [InlineData("HEAD", null, true)]
    [InlineData("OPTIONS", null, true)]
    [InlineData("PUT", null, true)]
    [InlineData("DELETE", null, true)]
    [InlineData("PUT", "x", false)]
    [InlineData("DELETE", "x", false)]
    [InlineData("POST", null, false)]
    [InlineData("POST", "x", false)]
    [InlineData("PATCH", "x", false)]
    public async Task Only_what_may_be_repeated_is_sent_twice(string method, string? body, bool repeated)
    {
        await using var bad = await OriginServer.StartAsync();
        await using var good = await OriginServer.StartAsync();
        bad.Respond = Status(503);
        var domain = await AddAsync([Origin(bad), Origin(good, backup: true)]);

        await fixture.Edge.GetAsync(
            domain, "/a", new HttpMethod(method), request => request.Content = body is null ? null : new StringContent(body));

        Assert.Equal((1, repeated ? 1 : 0), (bad.Requests, good.Requests));
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    public async Task What_must_not_be_sent_twice_goes_to_another_origin_when_nothing_was_sent(string method)
    {
        await using var good = await OriginServer.StartAsync();
        var domain = await AddAsync(
            [new { scheme = "http", host = "127.0.0.1", port = FreePort.Next(), weight = 1 }, Origin(good, backup: true)]);

        var answer = await fixture.Edge.GetAsync(
            domain, "/a", new HttpMethod(method), request => request.Content = new StringContent("x"));

        Assert.Equal($"{good.Port} 1", answer.Body);
    }

    [Theory]
    [InlineData(1, 503)]
    [InlineData(2, 503)]
    [InlineData(3, 200)]
    public async Task No_more_origins_are_asked_than_the_policy_says(int attempts, int status)
    {
        await using var first = await OriginServer.StartAsync();
        await using var second = await OriginServer.StartAsync();
        await using var third = await OriginServer.StartAsync();
        first.Respond = second.Respond = Status(503);
        var domain = await AddAsync([Origin(first), Origin(second), Origin(third, backup: true)], new { attempts });

        var answer = await fixture.Edge.GetAsync(domain, "/a");

        Assert.Equal(status, (int)answer.Status);
        Assert.Equal(attempts, first.Requests + second.Requests + third.Requests);
    }

    [Fact]
    public async Task Seven_failing_origins_leave_the_request_to_the_eighth()
    {
        var origins = new List<OriginServer>();
        try
        {
            for (var i = 0; i < 8; i++)
                origins.Add(await OriginServer.StartAsync());
            foreach (var origin in origins.Take(7))
                origin.Respond = Status(503);
            var domain = await AddAsync([.. origins.Select((o, i) => Origin(o, backup: i == 7))], new { attempts = 10 });

            Assert.Equal(HttpStatusCode.OK, (await fixture.Edge.GetAsync(domain, "/a")).Status);
        }
        finally
        {
            foreach (var origin in origins)
                await origin.DisposeAsync();
        }
    }

    [Fact]
    public async Task An_origin_that_does_not_answer_in_the_domains_time_is_left_for_the_next()
    {
        await using var slow = await OriginServer.StartAsync();
        await using var good = await OriginServer.StartAsync();
        slow.Respond = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        // The good one has no more time, and the machine may be busy.
        var domain = await AddAsync([Origin(slow), Origin(good, backup: true)], new { readTimeout = 4 });
        var alone = await AddAsync([Origin(slow)], new { readTimeout = 4 });

        var answers = await Task.WhenAll(fixture.Edge.GetAsync(domain, "/a"), fixture.Edge.GetAsync(alone, "/a"));

        Assert.Equal($"{good.Port} 1", answers[0].Body);
        Assert.Equal(HttpStatusCode.GatewayTimeout, answers[1].Status);
        Assert.Equal(2, slow.Requests);
    }

    private static object Origin(OriginServer origin, bool backup = false) =>
        new { scheme = "http", host = "127.0.0.1", port = origin.Port, weight = 1, backup };

    private static Func<HttpContext, Task> Status(int status) => context =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    private Task<string> AddAsync(object[] origins, object? originPolicy = null) =>
        fixture.AddDomainAsync(cacheEnable: false, origins: origins, members: new { originPolicy = originPolicy ?? new { } });
}

using System.Globalization;
using System.Net;
using Cirrus.Tests.Programs;
using Microsoft.AspNetCore.Http;

namespace Cirrus.Tests.Edge;

/// <summary>RFC 9111 where nginx's cache alone does less, or something else.</summary>
[Collection(EdgeGroup.Name)]
public sealed class CacheRulesTests(EdgeFixture fixture)
{
    [Theory]
    [InlineData("Cache-Control: max-age=60 | Age: 70", false)]
    [InlineData("Cache-Control: max-age=60 | Age: 70, 0", false)]
    [InlineData("Cache-Control: max-age=60 | Age: 0, 70", true)]
    [InlineData("Cache-Control: max-age=60 | Age: seventy", true)]
    [InlineData("Expires: Thu, 18 Aug 2050 02:01:18 GMT", true)]
    [InlineData("Expires: Thu, 18 Aug 2050 02:01:18 UTC", false)]
    [InlineData("Expires: Thu, 18 Aug 2050 02:01:18 +0000", false)]
    [InlineData("Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT", true)]
    [InlineData("Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT | Cache-Control: no-store", false)]
    [InlineData("CDN-Cache-Control: max-age=60 | Cache-Control: no-store", true)]
    [InlineData("CDN-Cache-Control: max-age=\"60\" | Cache-Control: no-store", false)]
    [InlineData("CDN-Cache-Control: max-age=60, & | Cache-Control: no-store", false)]
    [InlineData("Surrogate-Control: max-age=60 | Cache-Control: no-store", true)]
    [InlineData("CDN-Cache-Control: no-store | Surrogate-Control: max-age=60", false)]
    [InlineData("Cache-Control: max-age=60, no-store, must-understand", true)]
    [InlineData("Cache-Control: no-store | Cache-Control: max-age=60", false)]
    [InlineData("Status: 299 | Cache-Control: max-age=60", true)]
    [InlineData("Status: 403 | Cache-Control: max-age=60", true)]
    [InlineData("Status: 599 | Cache-Control: max-age=60", true)]
    [InlineData("Status: 599 | Cache-Control: max-age=60, no-store, must-understand", false)]
    [InlineData("Status: 503 | Cache-Control: max-age=60", true)]
    [InlineData("Status: 302 | Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT", false)]
    public async Task What_the_origin_says_is_heeded(string fields, bool isStored)
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = context => Write(context, fields);
        var domain = await AddDomainAsync(origin);

        await fixture.Edge.GetAsync(domain, "/a");
        var second = await fixture.Edge.GetAsync(domain, "/a");

        Assert.Equal(isStored, second.IsHit);
        Assert.Equal(isStored ? 1 : 2, origin.Requests);
    }

    [Fact]
    public async Task Fields_that_the_origin_names_in_connection_are_not_stored()
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = context => Write(context, "Cache-Control: max-age=60 | Connection: X-Hop | X-Hop: 1 | X-End: 2");
        var domain = await AddDomainAsync(origin);

        await fixture.CacheAsync(domain, "/a");
        var hit = await fixture.Edge.GetAsync(domain, "/a");

        Assert.DoesNotContain("X-Hop", hit.Headers.Keys);
        Assert.Equal("2", hit.Headers["X-End"]);
    }

    [Fact]
    public async Task The_date_of_an_answer_is_that_of_the_origin()
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = context => Write(context, "Cache-Control: max-age=60 | Date: Mon, 01 Jan 2024 00:00:00 GMT");
        var domain = await AddDomainAsync(origin);

        var miss = await fixture.Edge.GetAsync(domain, "/a");
        var hit = await fixture.Edge.GetAsync(domain, "/a");

        Assert.Equal("Mon, 01 Jan 2024 00:00:00 GMT", miss.Headers["Date"]);
        Assert.Equal(miss.Headers["Date"], hit.Headers["Date"]);
    }

    [Fact]
    public async Task What_an_answer_304_says_is_stored_with_the_old_body()
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = async context =>
        {
            var isKnown = context.Request.Headers.IfNoneMatch == "\"1\"";
            context.Response.Headers.CacheControl = isKnown ? "max-age=60" : "max-age=1";
            context.Response.Headers.ETag = "\"1\"";
            context.Response.Headers["X-Version"] = isKnown ? "2" : "1";
            context.Response.Headers[isKnown ? "X-New" : "X-Kept"] = "yes";
            if (isKnown)
                context.Response.StatusCode = StatusCodes.Status304NotModified;
            else
                await context.Response.WriteAsync("body");
        };
        var domain = await AddDomainAsync(origin);
        var first = await fixture.Edge.GetAsync(domain, "/a");

        var updated = await OnceExpiredAsync(domain, "/a");
        await fixture.Edge.StoredAsync(domain, "/a");
        var hit = await fixture.Edge.GetAsync(domain, "/a");

        Assert.Equal("edge-test; fwd=stale; fwd-status=304; stored", updated.CacheStatus);
        Assert.True(hit.IsHit, hit.CacheStatus);
        Assert.Equal(60, hit.Lifetime);
        foreach (var answer in new[] { updated, hit })
        {
            Assert.Equal(first.Body, answer.Body);
            Assert.Equal("2", answer.Headers["X-Version"]);
            Assert.Equal("yes", answer.Headers["X-New"]);
            Assert.Equal("yes", answer.Headers["X-Kept"]);
            Assert.Equal("max-age=60", answer.Headers["Cache-Control"]);
        }
        Assert.Equal(2, origin.Requests);
    }

    [Theory]
    [InlineData("POST", 200, false)]
    [InlineData("PUT", 204, false)]
    [InlineData("DELETE", 303, false)]
    [InlineData("M-SEARCH", 200, false)]
    [InlineData("POST", 500, true)]
    [InlineData("PUT", 404, true)]
    [InlineData("OPTIONS", 200, true)]
    public async Task An_unsafe_request_that_succeeds_makes_the_object_invalid(string method, int status, bool isHit)
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = context =>
            Write(context, context.Request.Method == "GET" ? "Cache-Control: max-age=60" : $"Status: {status}");
        var domain = await AddDomainAsync(origin);
        await fixture.CacheAsync(domain, "/a?b=1");
        await fixture.CacheAsync(domain, "/other");

        await fixture.Edge.GetAsync(domain, "/%61?b=1", new HttpMethod(method));
        var after = await fixture.Edge.GetAsync(domain, "/a?b=1");

        Assert.Equal(isHit, after.IsHit);
        Assert.True((await fixture.Edge.GetAsync(domain, "/other")).IsHit);
    }

    [Fact]
    public async Task It_makes_invalid_what_its_answer_names_on_the_same_host()
    {
        await using var origin = await OriginServer.StartAsync();
        var domain = EdgeFixture.NewName();
        origin.Respond = context => Write(context, context.Request.Method == "GET"
            ? "Cache-Control: max-age=60"
            : $"Status: 201 | Location: made | Content-Location: http://{domain}/list | X-Other: 1");
        await fixture.AddDomainAsync(domain, [ControlPlane.Origin(origin.Port)]);
        foreach (var path in new[] { "/a/made", "/list", "/other" })
            await fixture.CacheAsync(domain, path);

        await fixture.Edge.GetAsync(domain, "/a/b", HttpMethod.Post);

        Assert.False((await fixture.Edge.GetAsync(domain, "/a/made")).IsHit);
        Assert.False((await fixture.Edge.GetAsync(domain, "/list")).IsHit);
        Assert.True((await fixture.Edge.GetAsync(domain, "/other")).IsHit);
    }

    [Theory]
    [InlineData("max-age=1, must-revalidate", false)]
    [InlineData("max-age=1, proxy-revalidate", false)]
    [InlineData("s-maxage=1", false)]
    [InlineData("max-age=1, stale-if-error=0", false)]
    [InlineData("max-age=1, stale-if-error=60", true)]
    [InlineData("s-maxage=1, stale-if-error=60", true)]
    public async Task Without_an_origin_a_stale_object_is_used_where_that_is_allowed(string cacheControl, bool isUsed)
    {
        await using var origin = await OriginServer.StartAsync();
        var status = 200;
        origin.Respond = context => Write(context, $"Status: {status} | Cache-Control: {cacheControl}");
        var domain = await AddDomainAsync(origin);
        var first = await fixture.Edge.GetAsync(domain, "/a");
        status = 503;

        // An object that ends with this second may still be used in it.
        EdgeAnswer answer = first;
        await Wait.UntilAsync("the object is over", async () =>
        {
            answer = await fixture.Edge.GetAsync(domain, "/a");
            return isUsed ? answer.CacheStatus.Contains("fwd=stale", StringComparison.Ordinal) : answer.Status != HttpStatusCode.OK;
        });

        Assert.Equal(isUsed ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.Equal(isUsed ? first.Body : "", answer.Body);
        Assert.Equal(
            $"edge-test; fwd=stale; fwd-status=503{(isUsed ? "" : "; detail=stale-is-forbidden")}", answer.CacheStatus);
        // The connection is good for the next request.
        Assert.True((await fixture.Edge.GetAsync(domain, "/b")).Status == HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task A_stale_object_is_served_at_once_while_it_is_refreshed_where_the_origin_says_so()
    {
        await using var origin = await OriginServer.StartAsync();
        var mayAnswer = new TaskCompletionSource();
        mayAnswer.SetResult();
        origin.Respond = async context =>
        {
            context.Response.Headers.CacheControl = "max-age=1, stale-while-revalidate=60";
            await mayAnswer.Task;
        };
        var domain = await AddDomainAsync(origin);
        var first = await fixture.Edge.GetAsync(domain, "/a");
        mayAnswer = new TaskCompletionSource();

        EdgeAnswer stale = first;
        await Wait.UntilAsync("the object is stale", async () =>
            (stale = await fixture.Edge.GetAsync(domain, "/a")).CacheStatus.Contains("; ttl=-", StringComparison.Ordinal));
        mayAnswer.SetResult();
        await Wait.UntilAsync("it is refreshed", async () => (await fixture.Edge.GetAsync(domain, "/a")).Body != first.Body);

        Assert.Equal(first.Body, stale.Body);
        Assert.True(stale.IsHit);
    }

    [Theory]
    [InlineData("Cache-Control", "no-cache", "fwd=request; stored; detail=no-cache")]
    [InlineData("Cache-Control", "max-age=0", "fwd=request; stored; detail=max-age")]
    [InlineData("Cache-Control", "min-fresh=600", "fwd=request; stored; detail=min-fresh")]
    [InlineData("Cache-Control", "no-store", "fwd=request; detail=no-store")]
    [InlineData("Pragma", "no-cache", "fwd=request; stored; detail=no-cache")]
    [InlineData("Cache-Control", "max-age=600", "hit; ttl=60")]
    [InlineData("Cache-Control", "only-if-cached", "hit; ttl=60")]
    [InlineData("Cache-Control", "max-stale=5", "hit; ttl=60")]
    public async Task A_request_may_ask_for_more_than_the_cache_has(string name, string value, string cacheStatus)
    {
        var domain = await fixture.AddDomainAsync();
        await fixture.CacheAsync(domain, "/a");

        var answer = await fixture.Edge.GetAsync(domain, "/a", with: request => request.Headers.TryAddWithoutValidation(name, value));

        // A field in two lines is one (RFC 9110 section 5.2).
        var second = await fixture.Edge.GetAsync(domain, "/a", with: request => request.Headers.TryAddWithoutValidation(name, ["x", value]));
        Assert.Equal(answer.IsHit, second.IsHit);
        Assert.StartsWith(cacheStatus.Replace("ttl=60", "ttl=", StringComparison.Ordinal), answer.CacheStatus["edge-test; ".Length..], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_for_what_is_cached_only_asks_no_origin_and_an_operators_ttl_heeds_no_request()
    {
        await using var origin = await OriginServer.StartAsync();
        var domain = await fixture.AddDomainAsync(
            origins: [ControlPlane.Origin(origin.Port)], rules: [ControlPlane.Rule("/fixed/", 600)]);
        await fixture.CacheAsync(domain, "/fixed/a");

        var missing = await fixture.Edge.GetAsync(
            domain, "/a", with: request => request.Headers.TryAddWithoutValidation("Cache-Control", "only-if-cached"));
        var ruled = await fixture.Edge.GetAsync(
            domain, "/fixed/a", with: request => request.Headers.TryAddWithoutValidation("Cache-Control", "no-cache"));

        Assert.Equal(HttpStatusCode.GatewayTimeout, missing.Status);
        Assert.True(ruled.IsHit);
        Assert.Equal(1, origin.Requests);
    }

    [Theory]
    [InlineData("max-age=60, public", true)]
    [InlineData("max-age=60, must-revalidate", true)]
    [InlineData("s-maxage=60", true)]
    [InlineData("max-age=60", false)]
    public async Task An_answer_to_credentials_is_stored_when_the_origin_allows_it(string cacheControl, bool isStored)
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = context => Write(context, $"Cache-Control: {cacheControl}");
        var domain = await AddDomainAsync(origin);

        var first = await WithCredentialsAsync(domain);
        if (isStored)
            await fixture.Edge.StoredAsync(domain, "/a");
        var anonymous = await fixture.Edge.GetAsync(domain, "/a");
        var again = await WithCredentialsAsync(domain);

        Assert.Equal($"edge-test; fwd=bypass{(isStored ? "; stored" : "")}; detail=authorization", first.CacheStatus);
        Assert.Equal(isStored, anonymous.IsHit);
        Assert.False(again.IsHit);
    }

    [Fact]
    public async Task A_tag_alone_decides_when_a_request_has_a_date_too()
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = context => Write(
            context, "Cache-Control: max-age=60 | ETag: \"1\" | Last-Modified: Tue, 02 Jan 2024 00:00:00 GMT");
        var domain = await AddDomainAsync(origin);
        // Often enough to be answered from a worker's memory as well.
        for (var i = 0; i < 4; i++)
            await fixture.CacheAsync(domain, "/a");

        var answer = await fixture.Edge.GetAsync(domain, "/a", with: request =>
        {
            request.Headers.IfNoneMatch.ParseAdd("\"1\"");
            request.Headers.IfModifiedSince = new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
        });

        Assert.Equal(HttpStatusCode.NotModified, answer.Status);
    }

    private Task<string> AddDomainAsync(OriginServer origin) => fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);

    private Task<EdgeAnswer> WithCredentialsAsync(string domain) =>
        fixture.Edge.GetAsync(domain, "/a", with: request => request.Headers.Authorization = new("Basic", "eDp5"));

    private async Task<EdgeAnswer> OnceExpiredAsync(string domain, string path)
    {
        EdgeAnswer? answer = null;
        await Wait.UntilAsync("the object expires", async () => !(answer = await fixture.Edge.GetAsync(domain, path)).IsHit);
        return answer!;
    }

    // "Name: value | Name: value", with Status for the status.
    private static Task Write(HttpContext context, string fields)
    {
        foreach (var field in fields.Split(" | "))
        {
            var (name, value) = (field[..field.IndexOf(':', StringComparison.Ordinal)], field[(field.IndexOf(':', StringComparison.Ordinal) + 2)..]);
            if (name == "Status")
                context.Response.StatusCode = int.Parse(value, CultureInfo.InvariantCulture);
            else
                context.Response.Headers.Append(name, value);
        }
        return Task.CompletedTask;
    }
}

using System.Net;
using Cirrus.Tests.Programs;
using Microsoft.AspNetCore.Http;

namespace Cirrus.Tests.Edge;

/// <summary>What is not to be stored goes to a single origin by a shorter way than to several (conf/past_cache.conf), and nobody can tell.</summary>
[Collection(EdgeGroup.Name)]
public sealed class PastCacheTests(EdgeFixture fixture)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task An_answer_that_is_not_stored_comes_as_the_origin_made_it(int origins)
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = context =>
        {
            var headers = context.Response.Headers;
            headers.CacheControl = new(["max-age=60", "immutable"]);
            headers.Vary = new(["Accept", "Accept-Language"]);
            headers.Connection = "X-Hop";
            headers.Date = "Mon, 01 Jan 2024 00:00:00 GMT";
            headers["X-Hop"] = "1";
            headers["X-End"] = "2";
            headers["X-Accel-Redirect"] = "/.cirrus/error";
            headers["Surrogate-Key"] = "tag";
            headers["Cache-Status"] = "origin; hit";
            foreach (var name in (string[])["Object", "Applied", "Cache-Control", "Stored", "Revalidated"])
                headers["X-Cirrus-" + name] = "0 9999999999 - 30";
            return Task.CompletedTask;
        };
        var domain = await AddDomainAsync(Enumerable.Repeat(origin.Port, origins));

        var answer = await fixture.Edge.GetAsync(domain, "/a?b");

        Assert.Equal($"{origin.Port} 1", answer.Body);
        Assert.Equal("origin; hit, edge-test; fwd=bypass; detail=policy", answer.CacheStatus);
        Assert.Equal("max-age=60, immutable", answer.Headers["Cache-Control"]);
        Assert.Equal("Accept, Accept-Language", answer.Headers["Vary"]);
        Assert.Equal("Mon, 01 Jan 2024 00:00:00 GMT", answer.Headers["Date"]);
        Assert.Equal("Cirrus", answer.Headers["Server"]);
        Assert.Equal("2", answer.Headers["X-End"]);
        Assert.DoesNotContain("X-Hop", answer.Headers.Keys);
        Assert.DoesNotContain("Surrogate-Key", answer.Headers.Keys);
        Assert.DoesNotContain(answer.Headers.Keys, name => name.StartsWith("X-Cirrus-", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(["/a?b"], origin.Targets);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task The_origin_is_told_of_the_client_and_of_the_edge_alone(int origins)
    {
        await using var origin = await OriginServer.StartAsync();
        var domain = await AddDomainAsync(Enumerable.Repeat(origin.Port, origins));

        await fixture.Edge.GetAsync(domain, "/a", with: request =>
        {
            foreach (var name in (string[])["Request", "Path", "Key", "Hop", "Shield"])
                request.Headers.Add("X-Cirrus-" + name, "off other.example.test");
            request.Headers.Add("X-Forwarded-For", "203.0.113.1");
            request.Headers.Add("X-Original-URL", "/admin");
            request.Headers.Add("TE", "trailers");
            request.Headers.Add("Trailer", "X-End");
            request.Headers.Add("Via", "1.1 client");
            request.Headers.Add("CDN-Loop", "other");
            request.Headers.Add("If-None-Match", "\"1\"");
            request.Headers.Add("Accept-Encoding", "zstd, gzip");
        });

        var seen = Assert.Single(origin.Headers);
        Assert.Equal(domain, seen.Host);
        Assert.Equal("1.1 client, 1.1 cirrus-edge-test", seen.Via);
        Assert.Equal("other, cirrus-edge-test", seen["CDN-Loop"]);
        Assert.Equal("127.0.0.1", seen["X-Forwarded-For"]);
        Assert.Equal("http", seen["X-Forwarded-Proto"]);
        Assert.Equal(domain, seen["X-Forwarded-Host"]);
        Assert.Equal("\"1\"", seen.IfNoneMatch);
        Assert.Equal("zstd, gzip", seen.AcceptEncoding);
        Assert.NotEmpty(seen["X-Request-Id"].ToString());
        Assert.DoesNotContain(seen.Keys, name => name is "TE" or "Trailer" or "X-Original-URL" or "Connection");
        Assert.DoesNotContain(seen.Keys, name => name.StartsWith("X-Cirrus-", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task An_origin_that_can_not_be_reached_is_told_of_with_the_domains_own_fields(int origins)
    {
        var domain = await AddDomainAsync(Enumerable.Range(0, origins).Select(_ => FreePort.Next()));

        var answer = await fixture.Edge.GetAsync(domain, "/a");

        Assert.Equal(HttpStatusCode.BadGateway, answer.Status);
        Assert.Equal("edge-test; fwd=bypass; detail=policy", answer.CacheStatus);
        Assert.Equal("no-store", answer.Headers["Cache-Control"]);
        Assert.Equal("yes", answer.Headers["X-Of-Domain"]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task What_the_operator_says_of_cache_control_holds_past_the_cache(int origins)
    {
        await using var origin = await OriginServer.StartAsync();
        var domain = await AddDomainAsync(
            Enumerable.Repeat(origin.Port, origins), new { action = "add", name = "Cache-Control", value = "immutable" });

        var answer = await fixture.Edge.GetAsync(domain, "/a");

        Assert.Equal("max-age=60, immutable", answer.Headers["Cache-Control"]);
    }

    private Task<string> AddDomainAsync(IEnumerable<int> ports, object? action = null)
    {
        // The second one is a backup: the first gets the request.
        var origins = ports.Select((port, index) => ControlPlane.Origin(port, index == 0 ? 1 : 0)).ToArray();
        var response = action ?? new { action = "set", name = "X-Of-Domain", value = "yes" };
        return fixture.AddDomainAsync(cacheEnable: false, origins: origins, members: new { headers = new { response = new[] { response } } });
    }
}

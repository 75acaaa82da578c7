using System.Text;
using Microsoft.AspNetCore.Http;

namespace Cirrus.Tests.Edge;

/// <summary>Requests of which two readers could think differently where they end: they reach no origin, or in one plain shape.</summary>
[Collection(EdgeGroup.Name)]
public sealed class RequestShapeTests(EdgeFixture fixture)
{
    private const string Smuggled = "GET /smuggled HTTP/1.1\r\nHost: @\r\n\r\n";

    [Theory]
    [InlineData(400, "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData(400, "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\n")]
    [InlineData(400, "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData(400, "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n")]
    [InlineData(400, "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n")]
    [InlineData(400, "Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n")]
    [InlineData(400, "X-A: b\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData(400, "X-A: b\r\n\tc\r\n\r\n")]
    [InlineData(501, "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n")]
    [InlineData(501, "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n")]
    [InlineData(501, "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")]
    [InlineData(501, "Transfer-Encoding: identity\r\nContent-Length: 5\r\n\r\n0\r\n\r\n")]
    [InlineData(501, "Transfer-Encoding:\tchunked\r\n\r\n0\r\n\r\n")]
    [InlineData(501, "Transfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n")]
    [InlineData(501, "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n")]
    [InlineData(400, "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx")]
    [InlineData(400, "Content-Length: 0\r\nContent-Length: 5\r\n\r\n")]
    [InlineData(400, "Content-Length: 1, 1\r\n\r\nx")]
    [InlineData(400, "Content-Length: +1\r\n\r\nx")]
    [InlineData(400, "Content-Length: -1\r\n\r\nx")]
    [InlineData(400, "Content-Length: 0x1\r\n\r\nx")]
    [InlineData(400, "Content-Length: 1 0\r\n\r\nx")]
    [InlineData(400, "Content-Length: 1e1\r\n\r\nx")]
    [InlineData(400, "Content-Length: 18446744073709551617\r\n\r\nx")]
    [InlineData(400, "Content-Length:\r\n\r\n")]
    [InlineData(400, "Content-Length : 0\r\n\r\n")]
    [InlineData(400, "Transfer-Encoding: chunked\r\n\r\nz\r\nx\r\n0\r\n\r\n")]
    [InlineData(400, "Transfer-Encoding: chunked\r\n\r\n-1\r\nx\r\n0\r\n\r\n")]
    [InlineData(400, "Transfer-Encoding: chunked\r\n\r\n0x1\r\nx\r\n0\r\n\r\n")]
    [InlineData(400, "Transfer-Encoding: chunked\r\n\r\n10000000000000001\r\nx\r\n0\r\n\r\n")]
    [InlineData(400, "X-A: a\0b\r\n\r\n")]
    [InlineData(400, "X-\0A: a\r\n\r\n")]
    [InlineData(400, "X-A: b\rContent-Length: 3\r\n\r\n")]
    [InlineData(400, "X A: a\r\n\r\n")]
    [InlineData(400, ": a\r\n\r\n")]
    public async Task What_is_ambiguous_is_refused_and_the_connection_ends(int status, string rest)
    {
        var domain = await fixture.AddDomainAsync(cacheEnable: false);
        var before = fixture.Origin.Targets.Count(target => target.StartsWith($"/{domain}", StringComparison.Ordinal));

        var answer = await RawHttp.SendAsync(
            fixture.Edge.HttpPort, $"POST /{domain} HTTP/1.1\r\nHost: {domain}\r\n{rest}{Smuggled.Replace("@", domain, StringComparison.Ordinal)}");

        Assert.Equal(status, RawHttp.Status(answer));
        Assert.Single(answer.Split("HTTP/1.1 "), part => part.Length > 0);
        Assert.Contains("Connection: close", answer, StringComparison.Ordinal);
        Assert.Equal(0, before);
        Assert.DoesNotContain("/smuggled", fixture.Origin.Targets);
    }

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0;c\r\nX-Trailer: 1\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n3;a=\"\r\nabc\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n3;a\nabc\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n3 \r\nabc\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: CHUNKED\r\n\r\n0003\r\nabc\r\n0\r\n\r\n")]
    [InlineData("Transfer_Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc")]
    [InlineData("Content_Length: 9\r\nContent-Length: 3\r\n\r\nabc")]
    [InlineData("Content-Length: 3 \nX-A: 1\n\nabc")]
    public async Task What_is_only_odd_reaches_the_origin_as_one_plain_request(string rest)
    {
        await using var origin = await OriginServer.StartAsync();
        var bodies = new List<string>();
        origin.Respond = async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            bodies.Add(await reader.ReadToEndAsync());
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);

        var answer = await RawHttp.SendAsync(fixture.Edge.HttpPort, $"POST /a HTTP/1.1\r\nHost: {domain}\r\nConnection: close\r\n{rest}");

        Assert.Equal(200, RawHttp.Status(answer));
        Assert.Equal(["abc"], bodies);
        Assert.True(origin.Headers.TryDequeue(out var seen));
        Assert.DoesNotContain(seen.Keys, name => name.Contains('_', StringComparison.Ordinal) || name.Contains("Trailer", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("GET {0} HTTP/1.1\r\nHost: {1}\r\nX: {2}\r\nConnection: close\r\n\r\n", 20_000)]
    [InlineData("GET {0} HTTP/1.1\r\nHost: {1}\r\nX-Many: {2}\r\nConnection: close\r\n\r\n", 0)]
    public async Task A_header_that_is_too_large_is_431(string request, int size)
    {
        var domain = await fixture.AddDomainAsync();
        var value = size > 0 ? new string('x', size) : string.Join("\r\nX-Many: ", Enumerable.Repeat(new string('x', 1000), 80));

        var answer = await RawHttp.SendAsync(fixture.Edge.HttpPort, string.Format(null, request, "/a", domain, value));

        Assert.Equal(431, RawHttp.Status(answer));
        Assert.Contains("Cirrus edge: 431.", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_flood_of_ranges_is_answered_by_the_whole_once()
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = async context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            context.Response.ContentLength = 10_000;
            await context.Response.WriteAsync(new string('x', 10_000));
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);
        await fixture.CacheAsync(domain, "/a");

        foreach (var ranges in (string[])[string.Join(',', Enumerable.Range(0, 500).Select(i => $"{i}-")), string.Join(',', Enumerable.Repeat("0-", 200))])
        {
            var answer = await RawHttp.GetAsync(fixture.Edge.HttpPort, domain, "/a", fields: $"Range: bytes={ranges}\r\n");
            Assert.InRange(answer.Length, 10_000, 11_000);
        }
        var two = await RawHttp.GetAsync(fixture.Edge.HttpPort, domain, "/a", fields: "Range: bytes=0-9,20-29\r\n");
        Assert.Equal(206, RawHttp.Status(two));
        Assert.Equal(1, origin.Requests);
    }

    [Theory]
    [InlineData("TRACE", 405)]
    [InlineData("CONNECT", 405)]
    [InlineData("get", 400)]
    public async Task Methods_that_are_not_for_origins_stay_at_the_edge(string method, int status)
    {
        await using var origin = await OriginServer.StartAsync();
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);

        var answer = await RawHttp.SendAsync(fixture.Edge.HttpPort, $"{method} / HTTP/1.1\r\nHost: {domain}\r\nConnection: close\r\n\r\n");

        Assert.Equal(status, RawHttp.Status(answer));
        Assert.Equal(0, origin.Requests);
    }

    [Theory]
    [InlineData("PURGE")]
    [InlineData("BAN")]
    [InlineData("REFRESH")]
    public async Task No_method_of_a_client_purges_anything(string method)
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            context.Response.StatusCode = context.Request.Method == "GET" ? StatusCodes.Status200OK : StatusCodes.Status405MethodNotAllowed;
            return Task.CompletedTask;
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);
        var before = await fixture.CacheAsync(domain, "/a");

        // Only an origin that accepts a method it does not know makes its objects stale (RFC 9111, section 4.4).
        var answer = await fixture.Edge.GetAsync(domain, "/a", new HttpMethod(method), request => request.Headers.Add("X-Purge", "1"));

        Assert.Contains("fwd=method", answer.CacheStatus, StringComparison.Ordinal);
        Assert.Equal(before, (await fixture.Edge.GetAsync(domain, "/a")).Body);
    }

    [Fact]
    public async Task Nothing_of_the_nodes_own_can_be_reached_through_a_domain()
    {
        await using var origin = await OriginServer.StartAsync();
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);

        foreach (var path in (string[])["/status", "/metrics", "/@error", "/.well-known/cirrus/health"])
            Assert.StartsWith($"{origin.Port} ", (await fixture.Edge.GetAsync(domain, path)).Body, StringComparison.Ordinal);
        Assert.Equal("Cirrus edge: 404. This path is the edge's own.\n", (await fixture.Edge.GetAsync(domain, "/.cirrus/error")).Body);
    }

    [Fact]
    public async Task Pipelined_requests_of_two_domains_each_get_their_own_answer()
    {
        var one = await fixture.AddDomainAsync();
        await using var origin = await OriginServer.StartAsync();
        var two = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);
        var requests = new StringBuilder();
        for (var i = 0; i < 10; i++)
            requests.Append(null, $"GET /{i % 2} HTTP/1.1\r\nHost: {(i % 2 == 0 ? one : two)}\r\n{(i == 9 ? "Connection: close\r\n" : "")}\r\n");

        var answer = await RawHttp.SendAsync(fixture.Edge.HttpPort, requests.ToString());

        var owners = answer.Split("HTTP/1.1 200").Skip(1)
            .Select(part => part.Contains($"\n{fixture.Origin.Port} ", StringComparison.Ordinal) ? 0 : part.Contains($"\n{origin.Port} ", StringComparison.Ordinal) ? 1 : -1);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => i % 2), owners);
    }
}

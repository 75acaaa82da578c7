using System.Collections.Concurrent;
using System.Net;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Edge;

/// <summary>Interim responses of origins (RFC 9110, section 15.2), which nginx takes for the final one.</summary>
[Collection(EdgeGroup.Name)]
public sealed class InterimTests(EdgeFixture fixture)
{
    private const string Hints = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\nX-Interim: 1\r\n\r\n";

    [Theory]
    [InlineData(Hints)]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n")]
    [InlineData("HTTP/1.1 199 Odd\nLink: </a.css>\n\n")]
    public async Task What_is_stored_and_served_is_the_final_response(string before)
    {
        await using var origin = new RawOrigin(before + Ok("max-age=60\r\nSurrogate-Key: inner"));
        var domain = await AddAsync(origin);

        var first = await fixture.Edge.GetAsync(domain, "/a");
        var second = await fixture.Edge.GetAsync(domain, "/a");

        Assert.Equal((HttpStatusCode.OK, "hello", "edge-test; fwd=uri-miss; stored"), (first.Status, first.Body, first.CacheStatus));
        Assert.StartsWith("edge-test; hit; ", second.CacheStatus, StringComparison.Ordinal);
        Assert.Empty(first.Headers.Keys.Intersect(["Link", "X-Interim", "Surrogate-Key"]));
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Past_the_cache_one_request_fails_before_the_node_knows(string version)
    {
        await using var origin = new RawOrigin(Hints + Ok("no-store"));
        var domain = await fixture.AddDomainAsync(
            origins: [ControlPlane.Origin(origin.Port)], cacheEnable: false, tls: new { hsts = new { maxAge = 600 } });
        await fixture.AddCertificateAsync(domain);

        var first = await fixture.Edge.GetSecurelyAsync(domain, "/a", with: request => request.Version = Version.Parse(version));
        var others = new[] { await fixture.Edge.GetSecurelyAsync(domain, "/a"), await fixture.Edge.GetAsync(domain, "/a") };

        Assert.Equal((HttpStatusCode.BadGateway, ""), (first.Status, first.Body));
        Assert.Equal("edge-test; fwd=bypass; detail=interim-response", first.CacheStatus);
        Assert.Equal("no-store", first.Headers["Cache-Control"]);
        Assert.Equal("max-age=600", first.Headers["Strict-Transport-Security"]);
        Assert.DoesNotContain("X-Interim", first.Headers.Keys);
        Assert.All(others, answer => Assert.Equal((HttpStatusCode.OK, "hello"), (answer.Status, answer.Body)));
    }

    [Fact]
    public async Task A_body_reaches_the_origin_once()
    {
        var body = new string('x', 1_000_000);
        var received = new ConcurrentQueue<string>();
        await using var origin = new RawOrigin(request =>
        {
            received.Enqueue(request);
            return Hints + Ok("no-store");
        });
        var domain = await AddAsync(origin);
        await fixture.Edge.GetAsync(domain, "/known");
        received.Clear();

        var answer = await fixture.Edge.GetAsync(domain, "/a", with: request =>
        {
            request.Method = HttpMethod.Post;
            request.Content = new StringContent(body);
        });

        Assert.Equal((HttpStatusCode.OK, "hello"), (answer.Status, answer.Body));
        var one = Assert.Single(received);
        Assert.StartsWith("POST /a HTTP/1.1\n", one, StringComparison.Ordinal);
        Assert.EndsWith("\n\n" + body, one, StringComparison.Ordinal);
        Assert.DoesNotContain("X-Cirrus-", one, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task An_object_is_confirmed_by_way_of_the_relay()
    {
        var conditions = 0;
        await using var origin = new RawOrigin(request =>
        {
            var isCondition = request.Contains("If-None-Match: \"a\"", StringComparison.OrdinalIgnoreCase);
            conditions += isCondition ? 1 : 0;
            return Hints + (isCondition
                ? "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nCache-Control: max-age=60\r\nX-New: 1\r\n\r\n"
                : Ok("max-age=1\r\nETag: \"a\""));
        });
        var domain = await AddAsync(origin);
        await fixture.Edge.GetAsync(domain, "/a");

        EdgeAnswer? answer = null;
        await Wait.UntilAsync("the object is refreshed", async () => (answer = await fixture.Edge.GetAsync(domain, "/a")).Headers.ContainsKey("X-New"));

        Assert.Equal((HttpStatusCode.OK, "hello"), (answer!.Status, answer.Body));
        Assert.Equal(1, conditions);
    }

    [Fact]
    public async Task A_connection_is_upgraded_straight_by_the_origin()
    {
        await using var origin = new RawOrigin(request => request.Contains("Upgrade: ", StringComparison.OrdinalIgnoreCase)
            ? "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: test\r\n\r\nhello"
            : Hints + Ok("no-store"));
        var domain = await AddAsync(origin);
        await fixture.Edge.GetAsync(domain, "/known");

        var answer = await RawHttp.SendAsync(
            fixture.Edge.HttpPort, $"GET /a HTTP/1.1\r\nHost: {domain}\r\nConnection: upgrade\r\nUpgrade: test\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 101 ", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nhello", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_origin_that_sends_nothing_else_has_not_answered()
    {
        await using var origin = new RawOrigin(string.Concat(Enumerable.Repeat(Hints, 50)) + Ok("max-age=60"));
        var domain = await AddAsync(origin);

        for (var i = 0; i < 2; i++)
        {
            var answer = await fixture.Edge.GetAsync(domain, "/a");
            Assert.Equal(HttpStatusCode.BadGateway, answer.Status);
            Assert.DoesNotContain("hello", answer.Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_probe_hears_the_final_response()
    {
        await using var origin = new RawOrigin(Hints + Ok("no-store"));
        var domain = await fixture.AddDomainAsync(
            origins: [ControlPlane.Origin(origin.Port)],
            members: new { originPolicy = new { health = new { path = "/healthz", interval = 1, timeout = 1, unhealthyAfter = 1, healthyAfter = 1 } } });

        await Wait.UntilAsync("the origin is up", async () => (await fixture.Edge.MetricsAsync()).Contains(
            $"cirrus_edge_origin_up{{host=\"{domain}\",origin=\"http://127.0.0.1:{origin.Port}\"}} 1\n", StringComparison.Ordinal));
    }

    private static string Ok(string cacheControl) => $"HTTP/1.1 200 OK\r\nCache-Control: {cacheControl}\r\nContent-Length: 5\r\n\r\nhello";

    private Task<string> AddAsync(RawOrigin origin) => fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);
}

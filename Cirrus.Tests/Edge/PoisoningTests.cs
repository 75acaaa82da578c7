using Microsoft.AspNetCore.Http;

namespace Cirrus.Tests.Edge;

[Collection(EdgeGroup.Name)]
public sealed class PoisoningTests(EdgeFixture fixture)
{
    [Theory]
    [InlineData("GET", "Content-Length: 3\r\n\r\nx=1")]
    [InlineData("HEAD", "Content-Length: 3\r\n\r\nx=1")]
    [InlineData("GET", "Transfer-Encoding: chunked\r\n\r\n3\r\nx=1\r\n0\r\n\r\n")]
    public async Task The_answer_to_a_request_with_a_body_is_not_stored(string method, string rest)
    {
        var domain = await fixture.AddDomainAsync();

        var first = await SendAsync($"{method} /a HTTP/1.1\r\nHost: {domain}\r\nConnection: close\r\n{rest}");
        var second = await fixture.Edge.GetAsync(domain, "/a");

        Assert.Contains("edge-test; fwd=bypass", first, StringComparison.Ordinal);
        Assert.Equal("edge-test; fwd=uri-miss; stored", second.CacheStatus);
    }

    [Fact]
    public async Task An_empty_body_is_none()
    {
        var domain = await fixture.AddDomainAsync();
        await fixture.CacheAsync(domain, "/a");

        var answer = await SendAsync($"GET /a HTTP/1.1\r\nHost: {domain}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");

        Assert.Contains("edge-test; hit", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_field_named_by_connection_is_dropped_for_the_cache_as_for_the_origin()
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = async context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            context.Response.Headers.Vary = "X-Lang";
            var language = context.Request.Headers["X-Lang"].ToString();
            await context.Response.WriteAsync(language.Length == 0 ? "no language" : language);
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);

        var attack = await SendAsync($"GET /a HTTP/1.1\r\nHost: {domain}\r\nConnection: close, X-Lang\r\nX-Lang: de\r\n\r\n");
        var german = await fixture.Edge.GetAsync(domain, "/a", with: request => request.Headers.Add("X-Lang", "de"));
        var none = await fixture.Edge.GetAsync(domain, "/a");

        Assert.Contains("no language", attack, StringComparison.Ordinal);
        Assert.Equal("de", german.Body);
        Assert.Equal("no language", none.Body);
        Assert.True(none.IsHit, none.CacheStatus);
    }

    private Task<string> SendAsync(string request) => RawHttp.SendAsync(fixture.Edge.HttpPort, request);
}

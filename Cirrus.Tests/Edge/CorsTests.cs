using System.Net;
using Microsoft.AspNetCore.Http;

namespace Cirrus.Tests.Edge;

[Collection(EdgeGroup.Name)]
public sealed class CorsTests(EdgeFixture fixture)
{
    private static readonly object Some = new
    {
        cors = new
        {
            origins = (string[])["https://app.test", "https://*.example.test"],
            methods = (string[])["GET", "PUT"],
            headers = (string[])["X-Token"],
            exposeHeaders = (string[])["X-Total"],
            credentials = true,
            maxAge = 60,
        },
    };

    [Fact]
    public async Task A_preflight_is_answered_by_the_edge()
    {
        await using var origin = await OriginServer.StartAsync();
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)], members: Some);

        var allowed = await PreflightAsync(domain, "https://www.example.test");
        var refused = await PreflightAsync(domain, "https://example.test.evil.test");

        Assert.Equal(HttpStatusCode.NoContent, allowed.Status);
        Assert.Equal("https://www.example.test", allowed.Headers["Access-Control-Allow-Origin"]);
        Assert.Equal("true", allowed.Headers["Access-Control-Allow-Credentials"]);
        Assert.Equal("GET, PUT", allowed.Headers["Access-Control-Allow-Methods"]);
        Assert.Equal("X-Token", allowed.Headers["Access-Control-Allow-Headers"]);
        Assert.Equal("60", allowed.Headers["Access-Control-Max-Age"]);
        Assert.Equal("Origin", allowed.Headers["Vary"]);
        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Equal("Cirrus edge: 403. This origin may not ask here.\n", refused.Body);
        Assert.False(refused.Headers.ContainsKey("Access-Control-Allow-Origin"));
        Assert.Equal(0, origin.Requests);
    }

    [Fact]
    public async Task Options_that_is_no_preflight_goes_to_the_origin()
    {
        await using var origin = await OriginServer.StartAsync();
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)], members: Some);

        var answer = await fixture.Edge.GetAsync(domain, "/a", HttpMethod.Options);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(1, origin.Requests);
    }

    [Fact]
    public async Task One_cached_object_tells_each_origin_what_concerns_it()
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            context.Response.Headers.Vary = "Accept-Language";
            context.Response.Headers.AccessControlAllowOrigin = context.Request.Headers.Origin;
            context.Response.Headers.AccessControlAllowCredentials = "true";
            context.Response.Headers.AccessControlExposeHeaders = "X-Inner";
            return Task.CompletedTask;
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)], members: Some);

        var first = await FromAsync(domain, "https://app.test");
        var other = await FromAsync(domain, "https://x.example.test");
        var stranger = await FromAsync(domain, "https://evil.test");
        var none = await FromAsync(domain, null);

        Assert.Equal(1, origin.Requests);
        Assert.Equal("https://app.test", first.Headers["Access-Control-Allow-Origin"]);
        Assert.Equal("https://x.example.test", other.Headers["Access-Control-Allow-Origin"]);
        Assert.Equal("X-Total", other.Headers["Access-Control-Expose-Headers"]);
        Assert.True(other.IsHit && stranger.IsHit && none.IsHit);
        foreach (var answer in (EdgeAnswer[])[first, other, stranger, none])
            Assert.Equal("Accept-Language, Origin", answer.Headers["Vary"]);
        foreach (var answer in (EdgeAnswer[])[stranger, none])
            Assert.DoesNotContain(answer.Headers.Keys, name => name.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Everybody_may_ask_but_never_with_credentials()
    {
        var domain = await fixture.AddDomainAsync(members: new { cors = new { origins = (string[])["*"], headers = (string[])["*"], credentials = true } });

        var answer = await FromAsync(domain, "https://evil.test");
        var preflight = await PreflightAsync(domain, "https://evil.test");

        Assert.Equal("*", answer.Headers["Access-Control-Allow-Origin"]);
        Assert.False(answer.Headers.ContainsKey("Access-Control-Allow-Credentials"));
        Assert.False(answer.Headers.ContainsKey("Vary"));
        Assert.Equal("*", preflight.Headers["Access-Control-Allow-Origin"]);
        Assert.Equal("x-asked-for", preflight.Headers["Access-Control-Allow-Headers"]);
    }

    [Fact]
    public async Task Scripts_may_read_why_the_edge_refused_them()
    {
        var domain = await fixture.AddDomainAsync(members: new
        {
            cors = new { origins = (string[])["https://app.test"] },
            access = new { deny = (string[])["127.0.0.1/32"] },
        });

        var answer = await FromAsync(domain, "https://app.test");

        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.Equal("https://app.test", answer.Headers["Access-Control-Allow-Origin"]);
    }

    private Task<EdgeAnswer> FromAsync(string domain, string? origin) =>
        fixture.Edge.GetAsync(domain, "/a", with: request => request.Headers.Add("Origin", origin is null ? [] : [origin]));

    private Task<EdgeAnswer> PreflightAsync(string domain, string origin) =>
        fixture.Edge.GetAsync(domain, "/a", HttpMethod.Options, request =>
        {
            request.Headers.Add("Origin", origin);
            request.Headers.Add("Access-Control-Request-Method", "PUT");
            request.Headers.Add("Access-Control-Request-Headers", "x-asked-for");
        });
}

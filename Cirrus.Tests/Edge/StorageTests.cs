using Microsoft.AspNetCore.Http;

namespace Cirrus.Tests.Edge;

/// <summary>What is stored, by rule or by the origin's word.</summary>
[Collection(EdgeGroup.Name)]
public sealed class StorageTests(EdgeFixture fixture)
{
    [Fact]
    public async Task A_rule_with_ttl_wins_over_the_origin_which_the_client_still_sees()
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = context =>
        {
            context.Response.Headers.CacheControl = "no-store";
            return Task.CompletedTask;
        };
        var domain = await fixture.AddDomainAsync(
            origins: [ControlPlane.Origin(origin.Port)],
            rules: [ControlPlane.Rule("/assets/private/", 0), ControlPlane.Rule("^/assets/.*\\.js$", 600)]);

        await fixture.Edge.GetAsync(domain, "/assets/a.js?v=1");
        var ruled = await fixture.Edge.GetAsync(domain, "/assets/a.js?v=1");
        var never = await fixture.Edge.GetAsync(domain, "/assets/private/a.js");
        await fixture.Edge.GetAsync(domain, "/other");
        var unruled = await fixture.Edge.GetAsync(domain, "/other");

        Assert.True(ruled.IsHit, ruled.CacheStatus);
        Assert.Equal(600, ruled.Lifetime);
        Assert.Equal("no-store", ruled.Headers["Cache-Control"]);
        Assert.Equal("edge-test; fwd=bypass; detail=policy", never.CacheStatus);
        Assert.Equal("edge-test; fwd=uri-miss", unruled.CacheStatus);
    }

    [Fact]
    public async Task What_reaches_a_rule_that_is_no_expression_is_not_cached()
    {
        var domain = await fixture.AddDomainAsync(
            rules: [ControlPlane.Rule("/before/", 600), ControlPlane.Rule("(", 600), ControlPlane.Rule("/", 600)]);

        await fixture.Edge.GetAsync(domain, "/before/a");
        var before = await fixture.Edge.GetAsync(domain, "/before/a");
        var reached = await fixture.Edge.GetAsync(domain, "/a");

        Assert.True(before.IsHit, before.CacheStatus);
        Assert.Equal("edge-test; fwd=bypass; detail=policy", reached.CacheStatus);
    }

    [Theory]
    [InlineData("Cache-Control", "private, max-age=60")]
    [InlineData("Cache-Control", "no-cache")]
    [InlineData("Cache-Control", "max-age=60, s-maxage=0")]
    [InlineData("Expires", "Thu, 01 Jan 2026 00:00:00 GMT")]
    [InlineData("Expires", "0")]
    [InlineData("X-Accel-Expires", "600")]
    public async Task What_the_origin_does_not_let_us_store_is_not_stored(string name, string value)
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = context =>
        {
            context.Response.Headers[name] = value;
            return Task.CompletedTask;
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);

        await fixture.Edge.GetAsync(domain, "/a");
        var again = await fixture.Edge.GetAsync(domain, "/a");

        Assert.Equal("edge-test; fwd=uri-miss", again.CacheStatus);
        Assert.Equal(2, origin.Requests);
    }

    [Fact]
    public async Task Cookies_and_credentials_are_never_stored_even_with_a_rule()
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = context =>
        {
            if (context.Request.Path == "/cookie")
                context.Response.Headers.SetCookie = "id=1";
            return Task.CompletedTask;
        };
        var domain = await fixture.AddDomainAsync(
            origins: [ControlPlane.Origin(origin.Port)], rules: [ControlPlane.Rule("/", 600)]);

        await fixture.Edge.GetAsync(domain, "/cookie");
        var cookie = await fixture.Edge.GetAsync(domain, "/cookie");
        await fixture.Edge.GetAsync(domain, "/a", with: request => request.Headers.Authorization = new("Basic", "eDp5"));
        var plain = await fixture.Edge.GetAsync(domain, "/a");

        Assert.Equal("edge-test; fwd=uri-miss", cookie.CacheStatus);
        Assert.Equal("id=1", cookie.Headers["Set-Cookie"]);
        Assert.Equal("edge-test; fwd=uri-miss; stored", plain.CacheStatus);
    }

    [Fact]
    public async Task With_caching_off_nothing_is_stored_and_head_stays_head()
    {
        var domain = await fixture.AddDomainAsync(cacheEnable: false);

        await fixture.Edge.GetAsync(domain, "/a");
        var second = await fixture.Edge.GetAsync(domain, "/a");
        var post = await fixture.Edge.GetAsync(domain, "/a", HttpMethod.Post, request => request.Content = new StringContent("x"));

        Assert.Equal("edge-test; fwd=bypass; detail=policy", second.CacheStatus);
        Assert.Equal("edge-test; fwd=method", post.CacheStatus);
    }
}

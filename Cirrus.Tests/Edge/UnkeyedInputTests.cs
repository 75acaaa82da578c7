using Microsoft.AspNetCore.Http;

namespace Cirrus.Tests.Edge;

/// <summary>Nothing that is no part of an object's key may shape what is stored under it.</summary>
[Collection(EdgeGroup.Name)]
public sealed class UnkeyedInputTests(EdgeFixture fixture)
{
    [Theory]
    [InlineData("X-Forwarded-Host")]
    [InlineData("X-Forwarded-Proto")]
    [InlineData("X-Forwarded-Port")]
    [InlineData("X-Forwarded-Prefix")]
    [InlineData("X-Forwarded-Path")]
    [InlineData("X-Forwarded-Scheme")]
    [InlineData("X-Forwarded-Server")]
    [InlineData("X-Forwarded-Ssl")]
    [InlineData("X-Forwarded-Uri")]
    [InlineData("Forwarded")]
    [InlineData("X-Host")]
    [InlineData("X-Original-Host")]
    [InlineData("X-HTTP-Host-Override")]
    [InlineData("X-Original-URL")]
    [InlineData("X-Original-URI")]
    [InlineData("X-Rewrite-URL")]
    [InlineData("X-HTTP-Method")]
    [InlineData("X-HTTP-Method-Override")]
    [InlineData("X-Method-Override")]
    [InlineData("X-Real-IP")]
    [InlineData("X-Client-IP")]
    [InlineData("True-Client-IP")]
    [InlineData("CF-Connecting-IP")]
    [InlineData("CF-Connecting-IPv6")]
    [InlineData("Fastly-Client-IP")]
    [InlineData("X-Cluster-Client-IP")]
    [InlineData("Front-End-Https")]
    [InlineData("Proxy")]
    public async Task What_origins_may_believe_about_a_request_is_never_the_clients_word(string name)
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = async context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            await context.Response.WriteAsync($"{context.Request.Host} {string.Join('|', context.Request.Headers[name].ToArray())}");
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);

        await RawHttp.GetAsync(fixture.Edge.HttpPort, domain, "/a", fields: $"{name}: evil.test\r\n{name.Replace('-', '_')}: evil.test\r\n");
        var answer = await fixture.Edge.GetAsync(domain, "/a");

        Assert.True(answer.IsHit, answer.CacheStatus);
        Assert.DoesNotContain("evil", answer.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/a?x=1;y=2")]
    [InlineData("/a?x=1&x=2")]
    [InlineData("/a?x=2&x=1")]
    [InlineData("/a?x=1&utm_source=1;x=2")]
    [InlineData("/a;x=1")]
    [InlineData("/a?x=1%26y=2")]
    [InlineData("/a?x=1%3By=2")]
    [InlineData("/a?x=1&")]
    [InlineData("/a?")]
    [InlineData("/a?%78=1&x=1")]
    public async Task What_parsers_of_queries_read_differently_is_no_one_elses_object(string target)
    {
        await using var origin = await OriginServer.StartAsync();
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);

        foreach (var plain in (string[])["/a", "/a?x=1", "/a?x=2"])
            await fixture.CacheAsync(domain, plain);
        await fixture.Edge.GetAsync(domain, target);

        Assert.Equal(4, origin.Targets.Distinct().Count());
    }

    [Theory]
    [InlineData("/account/x.css", "private, max-age=60")]
    [InlineData("/account%2Fx.css", "no-store")]
    [InlineData("/account;x.css", "no-cache")]
    [InlineData("/account%20.css", "max-age=0")]
    [InlineData("/account%0A.css", "private")]
    [InlineData("/account/%2e%2e%2fx.css", "private")]
    [InlineData("/static/../account", "private")]
    [InlineData("/account?x.css", "private")]
    [InlineData("/account%23x.css", "private")]
    [InlineData("/account%3Fx.css", "private")]
    public async Task What_the_origin_calls_private_is_not_stored_whatever_the_path_looks_like(string path, string cacheControl)
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = async context =>
        {
            context.Response.Headers.CacheControl = cacheControl;
            await context.Response.WriteAsync($"for {context.Request.Headers.Cookie}");
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);

        await RawHttp.GetAsync(fixture.Edge.HttpPort, domain, path, fields: "Cookie: victim=1\r\n");
        var answer = await RawHttp.GetAsync(fixture.Edge.HttpPort, domain, path, fields: "Cookie: attacker=1\r\n");

        Assert.Contains("for attacker=1", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/assets/..%2Faccount")]
    [InlineData("/assets/..%5Caccount")]
    [InlineData("/assets/..;/account")]
    [InlineData("/assets/%2e%2e%2Faccount")]
    [InlineData("/account%2F..%2Fassets/x")]
    [InlineData("/account;x.css")]
    public async Task A_rule_does_not_override_the_origin_on_paths_that_it_may_take_for_those_of_another_rule(string path)
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = context => context.Response.WriteAsync($"for {context.Request.Headers.Cookie}");
        object[] rules = [new { path = "/assets/", ttl = 600 }, new { path = "\\.css$", ttl = 600 }, new { path = "/account", ttl = 0 }];
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)], rules: rules);

        await RawHttp.GetAsync(fixture.Edge.HttpPort, domain, path, fields: "Cookie: victim=1\r\n");
        var answer = await RawHttp.GetAsync(fixture.Edge.HttpPort, domain, path, fields: "Cookie: attacker=1\r\n");

        Assert.Contains("for attacker=1", answer, StringComparison.Ordinal);
        Assert.Contains("detail=policy", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/static/../admin", "/admin", false)]
    [InlineData("/static/%2e%2e/admin", "/admin", false)]
    [InlineData("/static/.%2E/admin", "/admin", false)]
    [InlineData("/static/%252e%252e/admin", "/static/%252e%252e/admin", true)]
    [InlineData("/static/..%2fadmin", "/static/..%2Fadmin", false)]
    [InlineData("/static//admin", "/static//admin", true)]
    [InlineData("/static/\\admin", "/static/%5Cadmin", true)]
    [InlineData("/static/..\\admin", "/static/..%5Cadmin", false)]
    [InlineData("/static/..;/admin", "/static/..;/admin", false)]
    [InlineData("//admin", "//admin", false)]
    [InlineData("/%61dmin", "/admin", false)]
    [InlineData("/ADMIN", "/ADMIN", false)]
    [InlineData("/admin/.", "/admin/", false)]
    [InlineData("/admin%00", null, false)]
    [InlineData("/../../../admin", null, false)]
    public async Task Key_rules_and_origin_see_one_spelling_of_a_path(string path, string? target, bool isStored)
    {
        await using var origin = await OriginServer.StartAsync();
        var domain = await fixture.AddDomainAsync(
            origins: [ControlPlane.Origin(origin.Port)], rules: [ControlPlane.Rule("/static/", 600), ControlPlane.Rule("/", 0)]);

        var answer = await RawHttp.GetAsync(fixture.Edge.HttpPort, domain, path);

        if (target is null)
        {
            // nginx refuses what has no meaning as a path.
            Assert.Equal(400, RawHttp.Status(answer));
            return;
        }
        Assert.Equal([target], origin.Targets);
        Assert.Equal(isStored, answer.Contains("; stored", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_cookie_or_an_oversized_field_can_not_make_an_error_of_an_object()
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            if (context.Request.Headers["X-Break"].Count > 0)
                context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return Task.CompletedTask;
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)], rules: [ControlPlane.Rule("/", 600)]);

        var broken = await RawHttp.GetAsync(fixture.Edge.HttpPort, domain, "/a", fields: "X-Break: 1\r\n");
        var answer = await fixture.Edge.GetAsync(domain, "/a");

        Assert.Equal(400, RawHttp.Status(broken));
        Assert.Equal(System.Net.HttpStatusCode.OK, answer.Status);
    }
}

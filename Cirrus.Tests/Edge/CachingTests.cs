using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Cirrus.Tests.Edge;

[Collection(EdgeGroup.Name)]
public sealed partial class CachingTests(EdgeFixture fixture)
{
    [Fact]
    public async Task The_second_request_is_a_hit_with_age_and_remaining_ttl()
    {
        var domain = await fixture.AddDomainAsync();

        var miss = await fixture.Edge.GetAsync(domain, "/a");
        var hit = await fixture.Edge.GetAsync(domain, "/a");

        Assert.Equal("edge-test; fwd=uri-miss; stored", miss.CacheStatus);
        Assert.Matches(@"^edge-test; hit; ttl=(60|59|58)$", hit.CacheStatus);
        Assert.Equal(miss.Body, hit.Body);
        Assert.Matches("^[0-2]$", hit.Headers["Age"]);
        Assert.Equal("max-age=60", hit.Headers["Cache-Control"]);
        Assert.DoesNotContain(hit.Headers.Keys, name => name.StartsWith("X-Cirrus", StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("/p/%7Euser", "/p/~user")]
    [InlineData("/p/a%2fb", "/p/a%2Fb")]
    [InlineData("/p/./x/../c", "/p/c")]
    [InlineData("/p/%2e/x/%2E%2e/d", "/p/d")]
    [InlineData("/q?a=%41", "/q?a=A")]
    [InlineData("/q?b=100%", "/q?b=100%25")]
    [InlineData("/r?c=../x", "/r?c=../x")]
    public async Task Spellings_of_one_uri_share_an_object_and_reach_the_origin_as_one(string spelled, string canonical)
    {
        var domain = await fixture.AddDomainAsync();

        var first = await fixture.Edge.GetAsync(domain, spelled);
        var second = await fixture.Edge.GetAsync(domain, canonical);

        Assert.Equal(HttpStatusCode.OK, first.Status);
        Assert.True(second.IsHit, second.CacheStatus);
        Assert.Contains(canonical, fixture.Origin.Targets);
    }

    [Fact]
    public async Task Head_and_get_share_an_object()
    {
        var domain = await fixture.AddDomainAsync();

        var head = await fixture.Edge.GetAsync(domain, "/a", HttpMethod.Head);
        var get = await fixture.Edge.GetAsync(domain, "/a");

        Assert.Equal("", head.Body);
        Assert.True(get.IsHit, get.CacheStatus);
        Assert.NotEqual("", get.Body);
    }

    [Fact]
    public async Task Hosts_of_a_wildcard_do_not_share_objects_and_an_exact_name_wins()
    {
        var parent = EdgeFixture.NewName();
        await fixture.AddDomainAsync($"*.{parent}");
        await fixture.AddDomainAsync($"exact.{parent}", cacheEnable: false);

        var one = await fixture.Edge.GetAsync($"one.{parent}", "/a");
        var two = await fixture.Edge.GetAsync($"two.{parent}", "/a");
        var exact = await fixture.Edge.GetAsync($"exact.{parent}", "/a");
        var deep = await fixture.Edge.GetAsync($"deep.one.{parent}", "/a");

        Assert.NotEqual(one.Body, two.Body);
        Assert.Contains("fwd=bypass", exact.CacheStatus, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, deep.Status);
        Assert.True((await fixture.Edge.GetAsync($"ONE.{parent}:80", "/a")).IsHit);
    }

    [Fact]
    public async Task An_unknown_host_is_404_and_says_who_answered()
    {
        var answer = await fixture.Edge.GetAsync("unknown.example.test", "/");

        Assert.Equal(HttpStatusCode.NotFound, answer.Status);
        Assert.StartsWith("Cirrus edge: 404", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("nginx", answer.Body + answer.Headers["Server"], StringComparison.OrdinalIgnoreCase);
    }

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

        Assert.Matches("; hit; ttl=(600|599|598)$", ruled.CacheStatus);
        Assert.Equal("no-store", ruled.Headers["Cache-Control"]);
        Assert.Equal("edge-test; fwd=bypass", never.CacheStatus);
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
        Assert.Equal("edge-test; fwd=bypass", reached.CacheStatus);
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

        Assert.Equal("edge-test; fwd=bypass", second.CacheStatus);
        Assert.Equal("edge-test; fwd=method", post.CacheStatus);
    }

    [Fact]
    public async Task Variants_of_a_response_are_kept_apart()
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            context.Response.Headers.Vary = "Accept-Language";
            return Task.CompletedTask;
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);
        async Task<EdgeAnswer> In(string language) =>
            await fixture.Edge.GetAsync(domain, "/a", with: request => request.Headers.AcceptLanguage.ParseAdd(language));

        var german = await In("de");
        var french = await In("fr");

        Assert.NotEqual(german.Body, french.Body);
        Assert.Equal(german.Body, (await In("de")).Body);
        Assert.True((await In("fr")).IsHit);
    }

    [Fact]
    public async Task An_expired_object_is_revalidated()
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = context =>
        {
            context.Response.Headers.CacheControl = "max-age=1";
            context.Response.Headers.ETag = "\"1\"";
            if (context.Request.Headers.IfNoneMatch == "\"1\"")
                context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);
        var first = await fixture.Edge.GetAsync(domain, "/a");

        EdgeAnswer answer = first;
        await Eventually.HoldsAsync(
            async () => !(answer = await fixture.Edge.GetAsync(domain, "/a")).IsHit, "the object expires");

        Assert.Equal("edge-test; fwd=stale; fwd-status=304; stored", answer.CacheStatus);
        Assert.Equal(first.Body, answer.Body);
        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Fact]
    public async Task A_stale_object_is_served_when_no_origin_answers_but_not_when_it_says_404()
    {
        await using var origin = await OriginServer.StartAsync();
        var status = 200;
        origin.Respond = context =>
        {
            context.Response.Headers.CacheControl = "max-age=1";
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);
        var first = await fixture.Edge.GetAsync(domain, "/a");
        status = 503;

        EdgeAnswer stale = first;
        await Eventually.HoldsAsync(
            async () => (stale = await fixture.Edge.GetAsync(domain, "/a")).CacheStatus.Contains("fwd=stale", StringComparison.Ordinal),
            "the object expires");
        status = 404;
        var gone = await fixture.Edge.GetAsync(domain, "/a");

        Assert.Equal("edge-test; fwd=stale; fwd-status=503", stale.CacheStatus);
        Assert.Equal(first.Body, stale.Body);
        Assert.Equal(HttpStatusCode.NotFound, gone.Status);
    }

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
        var together = new Barrier(8);
        var waits = false;
        origin.Respond = context =>
        {
            context.Response.Headers.CacheControl = "private";
            return waits ? Task.Run(() => Assert.True(together.SignalAndWait(TimeSpan.FromSeconds(10)))) : Task.CompletedTask;
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);
        // Each worker finds out for itself.
        for (var i = 0; i < 20; i++)
            await fixture.Edge.GetAsync(domain, "/a");
        waits = true;

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => fixture.Edge.GetAsync(domain, "/a")));

        Assert.All(answers, answer => Assert.Equal("edge-test; fwd=uri-miss", answer.CacheStatus));
    }

    [Fact]
    public async Task A_range_is_cut_from_the_whole_object()
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = async context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            context.Response.ContentLength = 10;
            await context.Response.WriteAsync("0123456789");
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);
        var whole = await fixture.CacheAsync(domain, "/a");

        var part = await fixture.Edge.GetAsync(domain, "/a", with: request => request.Headers.Range = new(0, 2));

        Assert.Equal(HttpStatusCode.PartialContent, part.Status);
        Assert.Equal(whole[..3], part.Body);
    }

    [Fact]
    public async Task Cache_status_follows_its_grammar_and_leaks_no_key()
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = context =>
        {
            context.Response.Headers["Cache-Status"] = "\"origin shield\"; hit";
            context.Response.Headers.CacheControl = "max-age=60";
            return Task.CompletedTask;
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);

        var miss = await fixture.Edge.GetAsync(domain, "/a");
        var hit = await fixture.Edge.GetAsync(domain, "/a");

        Assert.Equal("\"origin shield\"; hit, edge-test; fwd=uri-miss; stored", miss.CacheStatus);
        Assert.Matches(Member(), hit.CacheStatus.Split(", ")[1]);
        Assert.DoesNotContain("/a", hit.CacheStatus, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_uri_too_long_to_store_is_414()
    {
        var domain = await fixture.AddDomainAsync();

        var answer = await fixture.Edge.GetAsync(domain, "/" + new string('a', 9000));

        Assert.Equal(HttpStatusCode.RequestUriTooLong, answer.Status);
    }

    [GeneratedRegex("^[a-zA-Z*][a-zA-Z0-9:/!#$%&'*+.^_`|~-]*(; [a-z*][a-z0-9_.*-]*(=(-?[0-9]{1,15}|[a-zA-Z*][a-zA-Z0-9-]*))?)*$")]
    private static partial Regex Member();
}

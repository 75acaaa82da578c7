using System.Net;

namespace Cirrus.Tests.Edge;

/// <summary>What shares an object, and what does not.</summary>
[Collection(EdgeGroup.Name)]
public sealed class CacheKeyTests(EdgeFixture fixture)
{
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
    public async Task A_variant_that_is_not_stored_leaves_the_others_in_the_cache()
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = context =>
        {
            context.Response.Headers.CacheControl = context.Request.Headers.Cookie.Count > 0 ? "private" : "max-age=60";
            context.Response.Headers.Vary = "Cookie";
            return Task.CompletedTask;
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);
        Task<string> WithAsync(string fields = "") => RawHttp.GetAsync(fixture.Edge.HttpPort, domain, "/a", fields: fields);
        await WithAsync();

        var plain = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            Assert.DoesNotContain("; hit", await WithAsync("Cookie: session=1\r\n"), StringComparison.Ordinal);
            plain.AddRange([await WithAsync(), await WithAsync()]);
        }
        // Each of the two workers may ask once before it knows that the object varies, whenever a request comes to it.
        var asked = plain.Count(answer => !answer.Contains("; hit", StringComparison.Ordinal));
        Assert.InRange(asked, 0, 2);
        Assert.Equal(6 + asked, origin.Requests);
    }

    [Theory]
    [InlineData("gzip, deflate, br, zstd")]
    [InlineData("gzip;q=0.5, br;q=1")]
    public async Task What_a_request_asks_of_the_cache_is_about_the_variant_that_is_for_it(string encodings)
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            context.Response.Headers.Age = "10";
            context.Response.Headers.Vary = "Accept-Encoding";
            return Task.CompletedTask;
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);
        Task<string> WithAsync(string fields) => RawHttp.GetAsync(
            fixture.Edge.HttpPort, domain, "/a", fields: $"Accept-Encoding: {encodings}\r\n{fields}");

        Assert.Equal(504, RawHttp.Status(await WithAsync("Cache-Control: only-if-cached\r\n")));
        await WithAsync("");
        Assert.Contains("; hit", await WithAsync("Cache-Control: only-if-cached\r\n"), StringComparison.Ordinal);
        Assert.Contains("; hit", await WithAsync("Cache-Control: max-age=40\r\n"), StringComparison.Ordinal);
        Assert.Contains("detail=max-age", await WithAsync("Cache-Control: max-age=1\r\n"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-Tenant: a\r\n", "X-Tenant: a\r\nConnection: close, X-Tenant\r\n")]
    [InlineData("X-Tenant: b\r\n", "X-Tenant: b\r\nX-Tenant: other\r\n")]
    [InlineData("Cookie: lang=de\r\n", "Cookie: lang=de; lang=other\r\n")]
    [InlineData("Cookie: lang=fr\r\n", "Cookie: lang=fr\r\nCookie: lang=other\r\n")]
    [InlineData("User-Agent: iPhone\r\n", "User-Agent: iPhone\r\nConnection: close, User-Agent\r\n")]
    public async Task A_request_that_origins_may_take_for_another_is_another(string plain, string odd)
    {
        string[] headers = ["X-Tenant"], cookies = ["lang"];
        var domain = await fixture.AddDomainAsync(members: new { cache = new { key = new { headers, cookies, device = true } } });
        Task<string> WithAsync(string fields) => RawHttp.SendAsync(
            fixture.Edge.HttpPort, $"GET /a HTTP/1.0\r\nHost: {domain}\r\n{fields}\r\n");

        Assert.Contains("fwd=uri-miss; stored", await WithAsync(odd), StringComparison.Ordinal);
        Assert.Contains("fwd=uri-miss; stored", await WithAsync(plain), StringComparison.Ordinal);
        Assert.Contains("; hit", await WithAsync(plain), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_uri_too_long_to_store_is_414()
    {
        var domain = await fixture.AddDomainAsync();

        var answer = await fixture.Edge.GetAsync(domain, "/" + new string('a', 9000));

        Assert.Equal(HttpStatusCode.RequestUriTooLong, answer.Status);
    }
}

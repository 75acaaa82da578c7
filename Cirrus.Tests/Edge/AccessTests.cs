using System.Net;

namespace Cirrus.Tests.Edge;

/// <summary>Who may ask: addresses, referrers, and nobody but a few during maintenance.</summary>
[Collection(EdgeGroup.Name)]
public sealed class AccessTests(EdgeFixture fixture)
{
    [Fact]
    public async Task Addresses_that_are_denied_or_not_among_those_allowed_are_refused_even_what_is_cached()
    {
        var domain = await fixture.AddDomainAsync();
        await fixture.CacheAsync(domain, "/a");
        await fixture.AddDomainAsync(domain, members: new
        {
            access = new { allow = (string[])["127.0.0.0/29", "2001:db8::/32"], deny = (string[])["127.0.0.3/32"] },
        });

        Assert.Contains("; hit", await FromAsync(domain, "127.0.0.1"), StringComparison.Ordinal);
        Assert.Contains("; hit", await FromAsync(domain, "127.0.0.7"), StringComparison.Ordinal);
        foreach (var address in (string[])["127.0.0.3", "127.0.0.8"])
        {
            var refused = await FromAsync(domain, address);
            Assert.Equal(403, RawHttp.Status(refused));
            Assert.EndsWith("Cirrus edge: 403. This address may not ask here.\n", refused, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Nothing_that_a_client_says_makes_another_address_of_it()
    {
        var domain = await fixture.AddDomainAsync(members: new { access = new { allow = (string[])["127.0.0.9"] } });

        foreach (var field in (string[])["X-Forwarded-For", "X-Real-IP", "Forwarded", "True-Client-IP", "CF-Connecting-IP", "X-Client-IP"])
            Assert.Equal(403, RawHttp.Status(await FromAsync(domain, "127.0.0.1", $"{field}: 127.0.0.9\r\n")));
        Assert.Equal(200, RawHttp.Status(await FromAsync(domain, "127.0.0.9")));
    }

    [Fact]
    public async Task A_list_may_be_long()
    {
        var networks = Enumerable.Range(0, 1000).Select(i => $"10.{i / 200}.{i % 200}.0/{20 + (i % 13)}").Append("127.0.0.4/32");
        var domain = await fixture.AddDomainAsync(members: new { access = new { deny = networks } });

        Assert.Equal(200, RawHttp.Status(await FromAsync(domain, "127.0.0.1")));
        Assert.Equal(403, RawHttp.Status(await FromAsync(domain, "127.0.0.4")));
    }

    [Theory]
    [InlineData("https://www.friend.test/page", true)]
    [InlineData("http://exact.test:8080", true)]
    [InlineData("https://friend.test/", false)]
    [InlineData("https://www.friend.test.evil.test/", false)]
    [InlineData("https://www.friend.test@evil.test/", false)]
    [InlineData("https://evil.test/https://exact.test/", false)]
    [InlineData("nonsense", false)]
    public async Task A_referrer_is_looked_at_before_the_cache(string referrer, bool isAllowed)
    {
        var domain = await fixture.AddDomainAsync(members: new { access = new { referrers = new { allow = (string[])["*.friend.test", "exact.test"] } } });

        var without = await fixture.CacheAsync(domain, "/a");
        var answer = await FromAsync(domain, "127.0.0.1", $"Referer: {referrer}\r\n");
        var own = await FromAsync(domain, "127.0.0.1", $"Referer: https://{domain}/page\r\n");

        Assert.Equal(isAllowed ? 200 : 403, RawHttp.Status(answer));
        Assert.Equal(isAllowed, answer.Contains(without, StringComparison.Ordinal));
        Assert.Equal(200, RawHttp.Status(own));
    }

    [Fact]
    public async Task A_missing_referrer_may_be_refused()
    {
        var domain = await fixture.AddDomainAsync(members: new { access = new { referrers = new { allow = Array.Empty<string>(), allowEmpty = false } } });

        var answer = await fixture.Edge.GetAsync(domain, "/a");

        Assert.Equal("Cirrus edge: 403. This referrer may not ask here.\n", answer.Body);
    }

    [Fact]
    public async Task During_maintenance_everybody_gets_the_page_but_those_who_work_on_it()
    {
        var page = new { enabled = true, status = 503, retryAfter = 300, body = "<h1>Soon</h1>", allow = (string[])["127.0.0.2/32"] };
        var domain = await fixture.AddDomainAsync();
        await fixture.CacheAsync(domain, "/a");
        await fixture.AddDomainAsync(domain, members: new { maintenance = page });

        var closed = await fixture.Edge.GetAsync(domain, "/a");
        var head = await fixture.Edge.GetAsync(domain, "/a", HttpMethod.Head);
        var open = await FromAsync(domain, "127.0.0.2");
        await fixture.AddDomainAsync(domain, members: new { maintenance = page with { enabled = false } });
        var over = await fixture.Edge.GetAsync(domain, "/a");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, closed.Status);
        Assert.Equal("<h1>Soon</h1>", closed.Body);
        Assert.Equal("text/html; charset=utf-8", closed.Headers["Content-Type"]);
        Assert.Equal("300", closed.Headers["Retry-After"]);
        Assert.Equal("no-store", closed.Headers["Cache-Control"]);
        Assert.Equal("", head.Body);
        Assert.Equal(200, RawHttp.Status(open));
        Assert.True(over.IsHit);
    }

    [Fact]
    public async Task Maintenance_without_a_page_is_a_line_of_the_edges_own()
    {
        var domain = await fixture.AddDomainAsync(members: new { maintenance = new { enabled = true } });

        var answer = await fixture.Edge.GetAsync(domain, "/a");

        Assert.Equal("Cirrus edge: 503. This domain is being worked on.\n", answer.Body);
    }

    private Task<string> FromAsync(string domain, string address, string fields = "") =>
        RawHttp.GetAsync(fixture.Edge.HttpPort, domain, "/a", address, fields);
}

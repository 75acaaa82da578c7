using System.Net;

namespace Cirrus.Tests.Edge;

/// <summary>Redirects and rewrites of a domain.</summary>
[Collection(EdgeGroup.Name)]
public sealed class RedirectTests(EdgeFixture fixture)
{
    [Theory]
    [InlineData("/old/a%20b?c=1", 301, "/new/a%20b?c=1")]
    [InlineData("/%6Fld/", 301, "/new/")]
    [InlineData("/u/7/x?c=1", 308, "https://b.test/x?id=7")]
    [InlineData("/go//evil.test/%2e%2e/x", 302, "/x")]
    [InlineData("/go//evil.test", 302, "/evil.test")]
    [InlineData("/go/%2F/evil.test", 302, "/%2F/evil.test")]
    [InlineData("/go/\\evil.test", 302, "/%5Cevil.test")]
    [InlineData("/go/%0d%0aSet-Cookie:%20a=b", 302, "/%0D%0ASet-Cookie:%20a=b")]
    [InlineData("/out.evil.test/", 302, "https://b.test/.evil.test/")]
    [InlineData("/out@evil.test/", 302, "https://b.test/@evil.test/")]
    [InlineData("/out", 302, "https://b.test/")]
    public async Task A_redirect_leads_where_the_operator_said(string path, int status, string location)
    {
        var domain = await fixture.AddDomainAsync(EdgeFixture.NewName(), members: Redirects);

        var answer = await fixture.Edge.GetAsync(domain, path);

        Assert.Equal(status, (int)answer.Status);
        Assert.Equal(location, answer.Headers["Location"]);
        Assert.Equal("no-store", answer.Headers["Cache-Control"]);
        Assert.False(answer.Headers.ContainsKey("Set-Cookie"));
    }

    [Fact]
    public async Task A_redirect_is_for_all_methods_and_none_leads_to_itself()
    {
        var domain = await fixture.AddDomainAsync(members: new
        {
            redirects = new object[] { new { path = "/self", to = "/self" }, new { path = "^/(a)$", to = "/b", status = 307 }, new { path = "(", to = "/" } },
        });

        Assert.Equal(HttpStatusCode.OK, (await fixture.Edge.GetAsync(domain, "/self?a=b")).Status);
        Assert.Equal(HttpStatusCode.TemporaryRedirect, (await fixture.Edge.GetAsync(domain, "/a", HttpMethod.Post)).Status);
        Assert.Equal(HttpStatusCode.OK, (await fixture.Edge.GetAsync(domain, "/other")).Status);
    }

    [Theory]
    [InlineData("/old/a?b=1", "/new/a?b=1")]
    [InlineData("/user/7?b=1", "/?id=7")]
    [InlineData("/again/x", "/again/again/x")]
    [InlineData("/up/%2e%2e/old/a", "/new/a")]
    [InlineData("/all//etc/passwd", "/etc/passwd")]
    [InlineData("/other?b=1", "/other?b=1")]
    public async Task A_rewrite_changes_what_the_origin_is_asked_for(string path, string target)
    {
        await using var origin = await OriginServer.StartAsync();
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)], members: Rewrites);

        var answer = await fixture.Edge.GetAsync(domain, path);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal([target], origin.Targets);
    }

    [Fact]
    public async Task A_purge_names_what_clients_ask_for()
    {
        var domain = await fixture.AddDomainAsync(members: Rewrites);
        var before = await fixture.CacheAsync(domain, "/old/a");

        await fixture.Edge.AppliedAsync(await fixture.Control.PurgeUrlAsync(domain, "/new/a"));
        var still = await fixture.Edge.GetAsync(domain, "/old/a");
        await fixture.Edge.AppliedAsync(await fixture.Control.PurgeUrlAsync(domain, "/old/a"));
        var after = await fixture.Edge.GetAsync(domain, "/old/a");

        Assert.Equal(before, still.Body);
        Assert.NotEqual(before, after.Body);
    }

    private static object Redirects => new
    {
        redirects = new object[]
        {
            new { path = "/old/", to = "/new/", status = 301 },
            new { path = "^/u/([0-9]+)(/.*)$", to = "https://b.test$2?id=$1", status = 308 },
            new { path = "^/go/(.*)$", to = "/$1" },
            new { path = "/x", to = "/y" },
            new { path = "/out", to = "https://b.test" },
        },
    };

    private static object Rewrites => new
    {
        rewrites = new object[]
        {
            new { path = "/old/", to = "/new/" },
            new { path = "^/user/(\\d+)$", to = "/?id=$1" },
            new { path = "/again/", to = "/again/again/" },
            new { path = "^/all/(.*)$", to = "/$1" },
            new { path = "/new/", to = "/old/" },
        },
    };
}

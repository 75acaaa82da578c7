using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace Cirrus.Tests.Edge;

/// <summary>What a client sees of the cache.</summary>
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
        Assert.Matches(@"^edge-test; hit; ttl=[1-9]\d?$", hit.CacheStatus);
        Assert.Equal(miss.Body, hit.Body);
        Assert.Equal(60, hit.Lifetime);
        Assert.Equal("max-age=60", hit.Headers["Cache-Control"]);
        Assert.DoesNotContain(hit.Headers.Keys, name => name.StartsWith("X-Cirrus", StringComparison.OrdinalIgnoreCase));
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

    [GeneratedRegex("^[a-zA-Z*][a-zA-Z0-9:/!#$%&'*+.^_`|~-]*(; [a-z*][a-z0-9_.*-]*(=(-?[0-9]{1,15}|[a-zA-Z*][a-zA-Z0-9-]*))?)*$")]
    private static partial Regex Member();
}

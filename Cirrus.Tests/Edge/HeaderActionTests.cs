using System.Net;
using Microsoft.AspNetCore.Http;

namespace Cirrus.Tests.Edge;

[Collection(EdgeGroup.Name)]
public sealed class HeaderActionTests(EdgeFixture fixture)
{
    [Fact]
    public async Task Fields_of_requests_are_set_added_and_removed_on_the_paths_that_clients_ask_for()
    {
        await using var origin = await OriginServer.StartAsync();
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)], members: new
        {
            headers = new
            {
                request = new object[]
                {
                    Set("X-Set", "edge"), Set("X-On-Path", "yes", "/old/"), Add("X-Added", "edge"), Remove("X-Removed"),
                    Set("Host", "inner.example.test", "^/host$"), Set("X-Real-IP", "192.0.2.1"),
                    Set("Connection", "X-Set"), Set("X-Cirrus-Request", "off other.example.test"),
                },
            },
            rewrites = new object[] { new { path = "/old/", to = "/new/" } },
        });

        await fixture.Edge.GetAsync(domain, "/old/%61?q", with: request =>
        {
            request.Headers.Add("X-Set", "client");
            request.Headers.Add("X-Added", "client");
            request.Headers.Add("X-Removed", "client");
            request.Headers.Add("X-Cirrus-Path", "/host");
        });
        await fixture.Edge.GetAsync(domain, "/host");

        Assert.Equal(["/new/a?q", "/host"], origin.Targets);
        Assert.True(origin.Headers.TryDequeue(out var seen));
        Assert.Equal("edge", seen["X-Set"]);
        Assert.Equal("yes", seen["X-On-Path"]);
        Assert.Equal("client,edge", seen["X-Added"].ToString());
        Assert.Equal("192.0.2.1", seen["X-Real-IP"]);
        Assert.Equal(domain, seen.Host);
        Assert.False(seen.ContainsKey("X-Removed"));
        Assert.DoesNotContain(seen.Keys, name => name.StartsWith("X-Cirrus-", StringComparison.OrdinalIgnoreCase));
        Assert.True(origin.Headers.TryDequeue(out seen));
        Assert.Equal("inner.example.test", seen.Host);
        Assert.False(seen.ContainsKey("X-On-Path"));
    }

    [Fact]
    public async Task Fields_of_responses_change_at_once_on_hits_too_and_what_is_cached_stays_as_it_was()
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            context.Response.Headers["X-From"] = "origin";
            context.Response.Headers["X-Gone"] = "origin";
            return Task.CompletedTask;
        };
        object[] origins = [ControlPlane.Origin(origin.Port)];
        var domain = await fixture.AddDomainAsync(origins: origins);
        await fixture.CacheAsync(domain, "/a");

        await fixture.AddDomainAsync(domain, origins, members: Response(
            Set("X-From", "edge"), Add("X-From", "again"), Remove("X-Gone"), Set("X-On-Path", "yes", "^/[b-z]"), Set("Cache-Control", "no-cache"),
            Add("Cache-Control", "private"), Set("Content-Length", "1")));
        var changed = await fixture.Edge.GetAsync(domain, "/a");
        await fixture.AddDomainAsync(domain, origins, members: Response(Remove("Cache-Control"), Set("X-On-Path", "yes", "/%61")));
        var without = await fixture.Edge.GetAsync(domain, "/a");
        await fixture.AddDomainAsync(domain, origins);
        var again = await fixture.Edge.GetAsync(domain, "/a");

        Assert.True(changed.IsHit && without.IsHit && again.IsHit);
        Assert.Equal("edge, again", changed.Headers["X-From"]);
        Assert.Equal("no-cache, private", changed.Headers["Cache-Control"].Replace("private, no-cache", "no-cache, private", StringComparison.Ordinal));
        Assert.False(changed.Headers.ContainsKey("X-Gone"));
        Assert.False(changed.Headers.ContainsKey("X-On-Path"));
        Assert.False(without.Headers.ContainsKey("Cache-Control"));
        Assert.Equal("yes", without.Headers["X-On-Path"]);
        Assert.Equal("origin", again.Headers["X-From"]);
        Assert.Equal("origin", again.Headers["X-Gone"]);
        Assert.Equal("max-age=60", again.Headers["Cache-Control"]);
    }

    [Fact]
    public async Task The_edges_own_answers_have_the_domains_fields_and_are_never_to_be_stored()
    {
        int[] dead = [Programs.FreePort.Next()];
        var domain = await fixture.AddDomainAsync(
            origins: [ControlPlane.Origin(dead[0])], members: Response(Set("X-From", "edge"), Set("Cache-Control", "max-age=600")));

        var answer = await fixture.Edge.GetAsync(domain, "/a");
        var tooLong = await fixture.Edge.GetAsync(domain, "/" + new string('a', 40000));

        Assert.Equal(HttpStatusCode.BadGateway, answer.Status);
        Assert.Equal("edge", answer.Headers["X-From"]);
        Assert.Equal(HttpStatusCode.RequestUriTooLong, tooLong.Status);
        Assert.Equal("no-store", tooLong.Headers["Cache-Control"]);
    }

    [Theory]
    [InlineData("standard", "SAMEORIGIN", 3)]
    [InlineData("strict", "DENY", 8)]
    public async Task Security_headers_fill_in_what_the_origin_does_not_say_and_actions_have_the_last_word(string preset, string frames, int count)
    {
        string[] names =
        [
            "X-Content-Type-Options", "Referrer-Policy", "X-Frame-Options", "Content-Security-Policy", "Permissions-Policy",
            "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "X-Permitted-Cross-Domain-Policies",
        ];
        await using var origin = await OriginServer.StartAsync();
        object[] origins = [ControlPlane.Origin(origin.Port)];
        var domain = await fixture.AddDomainAsync(origins: origins, members: new { securityHeaders = preset });
        var other = await fixture.AddDomainAsync(origins: origins, members: new
        {
            securityHeaders = preset,
            headers = new { response = new object[] { Remove("X-Content-Type-Options"), Set("X-Frame-Options", "ALLOWALL") } },
        });

        var filled = await fixture.Edge.GetAsync(domain, "/a");
        origin.Respond = context =>
        {
            context.Response.Headers["Referrer-Policy"] = "no-referrer";
            return Task.CompletedTask;
        };
        var own = await fixture.Edge.GetAsync(domain, "/b");
        var actions = await fixture.Edge.GetAsync(other, "/b");

        Assert.Equal(count, names.Count(filled.Headers.ContainsKey));
        Assert.Equal("nosniff", filled.Headers["X-Content-Type-Options"]);
        Assert.Equal("strict-origin-when-cross-origin", filled.Headers["Referrer-Policy"]);
        Assert.Equal(frames, filled.Headers["X-Frame-Options"]);
        Assert.Equal("no-referrer", own.Headers["Referrer-Policy"]);
        Assert.False(actions.Headers.ContainsKey("X-Content-Type-Options"));
        Assert.Equal("ALLOWALL", actions.Headers["X-Frame-Options"]);
    }

    private static object Response(params object[] response) => new { headers = new { response } };

    private static object Set(string name, string value, string? path = null) => new { action = "set", name, value, path };

    private static object Add(string name, string value) => new { action = "add", name, value };

    private static object Remove(string name) => new { action = "remove", name };
}

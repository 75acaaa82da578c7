using System.Net;
using Cirrus.Tests.Programs;
using Microsoft.AspNetCore.Http;

namespace Cirrus.Tests.Edge;

/// <summary>What TLS means for requests: redirects, Strict-Transport-Security, and hosts that the connection is not for.</summary>
[Collection(EdgeGroup.Name)]
public sealed class TlsRequestTests(EdgeFixture fixture)
{
    private static readonly object Hsts = new { redirect = true, hsts = new { maxAge = 600, includeSubDomains = true, preload = false } };

    private const string HstsValue = "max-age=600; includeSubDomains";

    [Theory]
    [InlineData("GET", HttpStatusCode.MovedPermanently)]
    [InlineData("HEAD", HttpStatusCode.MovedPermanently)]
    [InlineData("POST", HttpStatusCode.PermanentRedirect)]
    [InlineData("DELETE", HttpStatusCode.PermanentRedirect)]
    public async Task A_redirect_keeps_method_host_path_and_query(string method, HttpStatusCode status)
    {
        var domain = await fixture.AddSecureDomainAsync(tls: new { redirect = true });

        var answer = await fixture.Edge.GetAsync(domain, "/a%2Fb//c?d=//e&f", new HttpMethod(method));

        Assert.Equal(status, answer.Status);
        Assert.Equal($"https://{domain}:{fixture.Edge.HttpsPort}/a%2Fb//c?d=//e&f", answer.Headers["Location"]);
    }

    [Fact]
    public async Task A_redirect_waits_for_the_certificate_and_ends_with_it()
    {
        var domain = await fixture.AddDomainAsync(tls: new { redirect = true });
        var before = await fixture.Edge.GetAsync(domain, "/a");
        await fixture.AddCertificateAsync(domain);
        var with = await fixture.Edge.GetAsync(domain, "/a");
        await fixture.Edge.AppliedAsync(await fixture.Control.DeleteCertificateAsync(domain));
        var after = await fixture.Edge.GetAsync(domain, "/a");

        Assert.Equal(HttpStatusCode.OK, before.Status);
        Assert.Equal(HttpStatusCode.MovedPermanently, with.Status);
        Assert.Equal(HttpStatusCode.OK, after.Status);
    }

    [Fact]
    public async Task A_certificate_that_can_not_be_used_redirects_nobody()
    {
        var domain = await fixture.AddDomainAsync(tls: new { redirect = true });
        await fixture.Edge.AppliedAsync(await fixture.Control.PutCertificateAsync(domain, "no chain", "no key"));

        Assert.Equal(HttpStatusCode.OK, (await fixture.Edge.GetAsync(domain, "/a")).Status);
    }

    [Fact]
    public async Task Without_the_setting_http_and_https_are_both_served_each_with_its_own_objects()
    {
        var domain = await fixture.AddSecureDomainAsync();
        var plain = await fixture.CacheAsync(domain, "/a");

        var first = await fixture.Edge.GetSecurelyAsync(domain, "/a");
        var second = await fixture.Edge.GetSecurelyAsync(domain, "/a");

        Assert.NotEqual(plain, first.Body);
        Assert.True(second.IsHit, second.CacheStatus);
        Assert.Equal(first.Body, second.Body);
        Assert.False(second.Headers.ContainsKey("Strict-Transport-Security"));
    }

    [Fact]
    public async Task Strict_transport_security_is_on_every_https_answer_and_on_no_other()
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = context =>
        {
            context.Response.Headers.StrictTransportSecurity = "max-age=1";
            if (context.Request.Path == "/missing")
                context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)], tls: new { hsts = new { maxAge = 600, includeSubDomains = true } });
        await fixture.AddCertificateAsync(domain);
        var dead = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(FreePort.Next())], tls: Hsts);
        await fixture.AddCertificateAsync(dead);

        var plain = await fixture.Edge.GetAsync(domain, "/a");
        var redirect = await fixture.Edge.GetAsync(dead, "/a");
        EdgeAnswer[] secure =
        [
            await fixture.Edge.GetSecurelyAsync(domain, "/a"),
            await fixture.Edge.GetSecurelyAsync(domain, "/missing"),
            await fixture.Edge.GetSecurelyAsync(dead, "/a"),
            await fixture.Edge.GetSecurelyAsync(dead, "/" + new string('x', 9_000)),
            await fixture.Edge.GetSecurelyAsync(dead, "/", with: request => request.Headers.Add("X-Long", new string('x', 20_000))),
        ];

        Assert.False(plain.Headers.ContainsKey("Strict-Transport-Security"));
        Assert.False(redirect.Headers.ContainsKey("Strict-Transport-Security"));
        Assert.Equal([200, 404, 502, 414, 400], secure.Select(answer => (int)answer.Status));
        Assert.All(secure, answer => Assert.Equal(HstsValue, answer.Headers["Strict-Transport-Security"]));
    }

    [Fact]
    public async Task A_request_for_a_host_that_the_certificate_does_not_cover_is_misdirected()
    {
        var domain = await fixture.AddSecureDomainAsync();
        var other = await fixture.AddSecureDomainAsync(tls: Hsts);

        var answer = await fixture.Edge.GetSecurelyAsync(other, "/a", serverName: domain);
        var unknown = await fixture.Edge.GetSecurelyAsync(EdgeFixture.NewName(), "/a", serverName: domain);

        Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.Status);
        Assert.False(answer.Headers.ContainsKey("Strict-Transport-Security"));
        Assert.Equal(HttpStatusCode.MisdirectedRequest, unknown.Status);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_connection_serves_every_host_that_its_certificate_covers(int version)
    {
        var parent = EdgeFixture.NewName();
        var other = await fixture.AddDomainAsync();
        await fixture.AddDomainAsync($"*.{parent}");
        await fixture.AddDomainAsync($"own.{parent}");
        await fixture.AddCertificateAsync($"*.{parent}", $"*.{parent}", other);

        foreach (var host in new[] { $"a.{parent}", $"B.{parent}", $"own.{parent}", other })
        {
            var answer = await fixture.Edge.GetSecurelyAsync(host, "/a", serverName: $"a.{parent}", with: request =>
            {
                request.Version = new Version(version, version == 1 ? 1 : 0);
                request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
            });
            Assert.Equal(HttpStatusCode.OK, answer.Status);
        }
    }

    [Fact]
    public async Task A_body_that_http_2_does_not_announce_shapes_no_stored_answer()
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = async context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            using var body = new StreamReader(context.Request.Body);
            await context.Response.WriteAsync($"[{await body.ReadToEndAsync()}]");
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);
        await fixture.AddCertificateAsync(domain);

        await fixture.Edge.GetSecurelyAsync(domain, "/a", with: request =>
        {
            AsHttp2(request);
            request.Content = new StreamContent(new UnknownLength("poison"u8.ToArray()));
        });
        var answer = await fixture.Edge.GetSecurelyAsync(domain, "/a");

        Assert.Equal("[]", answer.Body);
    }

    [Fact]
    public async Task Fields_of_the_origins_connection_are_not_those_of_the_clients()
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = context =>
        {
            context.Response.Headers.Upgrade = "h2c";
            context.Response.Headers["Proxy-Connection"] = "close";
            context.Response.Headers.CacheControl = "max-age=60";
            return Task.CompletedTask;
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);
        await fixture.AddCertificateAsync(domain);

        for (var i = 0; i < 2; i++)
        {
            var answer = await fixture.Edge.GetSecurelyAsync(domain, "/a", with: AsHttp2);
            Assert.Equal(HttpStatusCode.OK, answer.Status);
            Assert.False(answer.Headers.ContainsKey("Upgrade"));
            Assert.False(answer.Headers.ContainsKey("Proxy-Connection"));
        }
    }

    [Fact]
    public async Task Plain_http_at_the_port_for_https_is_a_bad_request()
    {
        using var client = new HttpClient();

        using var answer = await client.GetAsync(new Uri($"http://127.0.0.1:{fixture.Edge.HttpsPort}/"));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.StartsWith("Cirrus edge: 400.", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static void AsHttp2(HttpRequestMessage request)
    {
        request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
    }
}

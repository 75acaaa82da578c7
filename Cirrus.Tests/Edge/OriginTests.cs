using System.Net;
using Cirrus.Tests.Programs;
using Microsoft.AspNetCore.Http;

namespace Cirrus.Tests.Edge;

[Collection(EdgeGroup.Name)]
public sealed class OriginTests(EdgeFixture fixture)
{
    [Fact]
    public async Task Origins_get_requests_by_weight_and_a_weight_of_zero_none()
    {
        await using var heavy = await OriginServer.StartAsync();
        await using var light = await OriginServer.StartAsync();
        await using var backup = await OriginServer.StartAsync();
        var domain = await fixture.AddDomainAsync(cacheEnable: false, origins: [
            ControlPlane.Origin(heavy.Port, 3), ControlPlane.Origin(light.Port, 1), ControlPlane.Origin(backup.Port, 0)]);

        for (var i = 0; i < 40; i++)
            Assert.Equal(HttpStatusCode.OK, (await fixture.Edge.GetAsync(domain, "/a")).Status);

        // Each worker deals out for itself, so a share may be off by a turn a worker.
        Assert.InRange(heavy.Requests, 28, 32);
        Assert.InRange(light.Requests, 8, 12);
        Assert.Equal(0, backup.Requests);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(StatusCodes.Status502BadGateway)]
    [InlineData(StatusCodes.Status503ServiceUnavailable)]
    [InlineData(StatusCodes.Status504GatewayTimeout)]
    public async Task A_failing_origin_costs_no_request(int status)
    {
        await using var good = await OriginServer.StartAsync();
        await using var bad = await OriginServer.StartAsync();
        bad.Respond = context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        };
        if (status == 0)
            await bad.DisposeAsync();
        var domain = await fixture.AddDomainAsync(
            cacheEnable: false, origins: [ControlPlane.Origin(bad.Port, 9), ControlPlane.Origin(good.Port, 1)]);

        for (var i = 0; i < 10; i++)
            Assert.Equal(HttpStatusCode.OK, (await fixture.Edge.GetAsync(domain, $"/{i}")).Status);
    }

    [Fact]
    public async Task A_backup_serves_when_all_others_fail()
    {
        await using var backup = await OriginServer.StartAsync();
        int[] dead = [FreePort.Next(), FreePort.Next()];
        var domain = await fixture.AddDomainAsync(origins: [
            ControlPlane.Origin(dead[0]), ControlPlane.Origin(backup.Port, 0), ControlPlane.Origin(dead[1])]);

        Assert.Equal(HttpStatusCode.OK, (await fixture.Edge.GetAsync(domain, "/a")).Status);
    }

    [Fact]
    public async Task A_write_is_not_sent_twice()
    {
        await using var bad = await OriginServer.StartAsync();
        await using var good = await OriginServer.StartAsync();
        bad.Respond = context =>
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(bad.Port), ControlPlane.Origin(good.Port, 0)]);

        var answer = await fixture.Edge.GetAsync(
            domain, "/a", HttpMethod.Post, request => request.Content = new StringContent("x"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.Equal($"{bad.Port} 1", answer.Body);
        Assert.Equal(0, good.Requests);
    }

    [Fact]
    public async Task With_no_origin_left_the_answer_is_502_and_says_why()
    {
        int[] dead = [FreePort.Next(), FreePort.Next()];
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(dead[0]), ControlPlane.Origin(dead[1])]);

        var answer = await fixture.Edge.GetAsync(domain, "/a");

        Assert.Equal(HttpStatusCode.BadGateway, answer.Status);
        Assert.Equal("Cirrus edge: 502. No origin of this domain could be reached.\n", answer.Body);
        Assert.Equal("no-store", answer.Headers["Cache-Control"]);
    }

    [Fact]
    public async Task The_last_origins_own_error_reaches_the_client()
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = context =>
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return Task.CompletedTask;
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);

        var answer = await fixture.Edge.GetAsync(domain, "/a");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.Equal($"{origin.Port} 1", answer.Body);
    }

    [Fact]
    public async Task The_origin_sees_who_asked_and_no_field_of_a_connection()
    {
        await using var origin = await OriginServer.StartAsync();
        var domain = await fixture.AddDomainAsync(
            origins: [ControlPlane.Origin(origin.Port)], upstreamHeaders: new Dictionary<string, string> { ["X-From"] = "CDN" });

        await fixture.Edge.GetAsync(domain, "/a", with: request =>
        {
            request.Headers.Add("Connection", "X-Once, X-Forwarded-For");
            request.Headers.Add("X-Once", "1");
            request.Headers.Add("X-Forwarded-For", "203.0.113.1");
            request.Headers.Add("X-Forwarded-Host", "evil.example");
            request.Headers.Add("X-Original-URL", "/admin");
            request.Headers.Add("X-Cirrus-Request", "other.example");
            request.Headers.Add("TE", "trailers");
        });

        Assert.True(origin.Headers.TryDequeue(out var seen));
        Assert.Equal(domain, seen.Host);
        Assert.Equal("CDN", seen["X-From"]);
        Assert.Equal("127.0.0.1", seen["X-Forwarded-For"]);
        Assert.Equal("http", seen["X-Forwarded-Proto"]);
        Assert.Equal(domain, seen["X-Forwarded-Host"]);
        Assert.Equal("1.1 cirrus-edge-test", seen.Via);
        foreach (var name in (string[])["X-Once", "X-Original-URL", "X-Cirrus-Request", "X-Cirrus-Policy", "TE"])
            Assert.False(seen.ContainsKey(name), name);
    }

    [Fact]
    public async Task An_explicit_host_header_replaces_the_clients()
    {
        await using var origin = await OriginServer.StartAsync();
        var domain = await fixture.AddDomainAsync(
            origins: [ControlPlane.Origin(origin.Port)],
            upstreamHeaders: new Dictionary<string, string> { ["Host"] = "internal.example", ["Connection"] = "X-From" });

        await fixture.Edge.GetAsync(domain, "/a");

        Assert.True(origin.Headers.TryDequeue(out var seen));
        Assert.Equal("internal.example", seen.Host);
    }

    [Fact]
    public async Task What_an_origin_says_to_nginx_has_no_effect()
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = context =>
        {
            context.Response.Headers["X-Accel-Redirect"] = "/.cirrus/error";
            context.Response.Headers["X-Cirrus-Object"] = "0 9999999999";
            context.Response.Headers["X-Cirrus-Cache-Control"] = "max-age=9";
            return Task.CompletedTask;
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);

        var answer = await fixture.Edge.GetAsync(domain, "/a");

        Assert.Equal($"{origin.Port} 1", answer.Body);
        Assert.Equal("edge-test; fwd=uri-miss", answer.CacheStatus);
        Assert.False(answer.Headers.ContainsKey("Cache-Control"));
    }

    [Fact]
    public async Task A_request_that_comes_back_is_refused()
    {
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(fixture.Edge.HttpPort)]);

        var answer = await fixture.Edge.GetAsync(domain, "/a");

        Assert.Equal(HttpStatusCode.LoopDetected, answer.Status);
    }
}

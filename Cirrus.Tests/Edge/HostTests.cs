namespace Cirrus.Tests.Edge;

/// <summary>Which domain a request is for, however oddly it says so.</summary>
[Collection(EdgeGroup.Name)]
public sealed class HostTests(EdgeFixture fixture)
{
    [Theory]
    [InlineData("GET /a HTTP/1.1", "Host: @")]
    [InlineData("GET /a HTTP/1.1", "Host: @:8080")]
    [InlineData("GET /a HTTP/1.1", "Host: @.")]
    [InlineData("GET /a HTTP/1.1", "Host: ^")]
    [InlineData("GET /a HTTP/1.0", "Host: @")]
    [InlineData("GET http://@/a HTTP/1.1", "Host: @")]
    [InlineData("GET http://@/a HTTP/1.1", "Host: evil.test")]
    [InlineData("GET HTTP://@:80/a HTTP/1.1", "Host: @")]
    [InlineData("GET https://@/a HTTP/1.1", "Host: @")]
    [InlineData("GET /a#b HTTP/1.1", "Host: @")]
    public async Task One_domain_has_one_object_and_the_origin_one_name_for_it(string line, string field)
    {
        await using var origin = await OriginServer.StartAsync();
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);

        var odd = await SendAsync(domain, line, field);
        var plain = await fixture.Edge.GetAsync(domain, "/a");

        Assert.Equal(200, RawHttp.Status(odd));
        Assert.True(plain.IsHit, plain.CacheStatus);
        Assert.True(origin.Headers.TryDequeue(out var seen));
        Assert.Equal(domain, seen.Host);
        Assert.Equal(domain, seen["X-Forwarded-Host"]);
        Assert.Equal("http", seen["X-Forwarded-Proto"]);
        Assert.Equal(["/a"], origin.Targets);
    }

    [Theory]
    [InlineData(400, "GET /a HTTP/1.1", "X-A: no host")]
    [InlineData(400, "GET /a HTTP/1.1", "Host:")]
    [InlineData(400, "GET /a HTTP/1.1", "Host: @\r\nHost: @")]
    [InlineData(400, "GET /a HTTP/1.1", "Host: @\r\nHost: evil.test")]
    [InlineData(400, "GET /a HTTP/1.1", "Host: @/x")]
    [InlineData(400, "GET /a HTTP/1.1", "Host: @ evil.test")]
    [InlineData(400, "GET /a HTTP/1.1", "Host: a..@")]
    [InlineData(400, "GET http://u@@/a HTTP/1.1", "Host: @")]
    [InlineData(404, "GET /a HTTP/1.1", "Host: u@@")]
    [InlineData(404, "GET /a HTTP/1.1", "Host: @,evil.test")]
    [InlineData(404, "GET /a HTTP/1.1", "Host: evil.test\r\nX-Forwarded-Host: @")]
    [InlineData(404, "GET /a HTTP/1.1", "Host: evil.test\r\nX-Host: @")]
    [InlineData(404, "GET http://evil.test/a HTTP/1.1", "Host: @")]
    [InlineData(400, "OPTIONS * HTTP/1.1", "Host: @")]
    [InlineData(400, "CONNECT @:443 HTTP/1.1", "Host: @")]
    [InlineData(505, "GET /a HTTP/2.0", "Host: @")]
    public async Task What_names_no_domain_reaches_none(int status, string line, string field)
    {
        await using var origin = await OriginServer.StartAsync();
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);

        var answer = await SendAsync(domain, line, field);

        Assert.Equal(status, RawHttp.Status(answer));
        Assert.Equal(0, origin.Requests);
    }

    [Theory]
    [InlineData("-x", 200)]
    [InlineData("_a", 200)]
    [InlineData("xn--bcher-kva", 200)]
    [InlineData("a'b", 404)]
    [InlineData("<b>", 404)]
    [InlineData("u@a", 404)]
    [InlineData("$host", 404)]
    [InlineData("*", 404)]
    [InlineData("a%2eb", 404)]
    public async Task A_wildcard_is_for_labels_that_names_can_have(string label, int status)
    {
        var parent = EdgeFixture.NewName();
        await fixture.AddDomainAsync($"*.{parent}");

        Assert.Equal(status, RawHttp.Status(await RawHttp.GetAsync(fixture.Edge.HttpPort, $"{label}.{parent}", "/a")));
    }

    private Task<string> SendAsync(string domain, string line, string field)
    {
        // "@@" is an "@" before the domain, "^" the domain in upper case.
        string Fill(string text) => text.Replace("@@", "\u0001@", StringComparison.Ordinal).Replace("@", domain, StringComparison.Ordinal)
            .Replace("\u0001", "@", StringComparison.Ordinal).Replace("^", domain.ToUpperInvariant(), StringComparison.Ordinal);
        return RawHttp.SendAsync(fixture.Edge.HttpPort, $"{Fill(line)}\r\n{Fill(field)}\r\nConnection: close\r\n\r\n");
    }
}

namespace Cirrus.Tests.Edge;

/// <summary>Oddities that only HTTP/2 can express, and which would be other requests in HTTP/1.1.</summary>
[Collection(EdgeGroup.Name)]
public sealed class Http2ShapeTests(EdgeFixture fixture)
{
    private const int Ended = 0;

    // "@" is the domain; the rest of a request comes from the plain one unless a row names it; "-" takes it away.
    [Theory]
    [InlineData(200, "")]
    [InlineData(200, ":authority|@:8443")]
    [InlineData(200, ":authority|-", "host|@")]
    [InlineData(200, ":scheme|http")]
    [InlineData(200, "connection|x-a", "x-a|1")]
    [InlineData(200, "transfer-encoding|chunked")]
    [InlineData(400, "host|@")]
    [InlineData(400, "host|evil.test")]
    [InlineData(400, ":authority|@", ":authority|evil.test")]
    [InlineData(400, ":path|/a", ":path|/b")]
    [InlineData(400, ":authority|-")]
    [InlineData(400, ":authority|")]
    [InlineData(400, ":authority|@/x")]
    [InlineData(421, ":authority|u@@")]
    [InlineData(421, ":authority|evil.test")]
    [InlineData(400, ":foo|1")]
    [InlineData(400, ":path|")]
    [InlineData(400, ":path|*")]
    [InlineData(400, ":path|a")]
    [InlineData(400, ":path|http://evil.test/a")]
    [InlineData(400, ":path|/a HTTP/1.1")]
    [InlineData(400, ":path|-")]
    [InlineData(400, ":method|-")]
    [InlineData(400, ":scheme|-")]
    [InlineData(400, ":scheme|https://evil.test/?")]
    [InlineData(400, ":method|GE T")]
    [InlineData(Ended, ":method|GET / HTTP/1.1\r\nX: ")]
    [InlineData(Ended, ":path|/a HTTP/1.1\r\nHost: evil.test")]
    [InlineData(Ended, "x-a|1\r\nx-b: 2")]
    [InlineData(Ended, "x-a|1\nx-b: 2")]
    [InlineData(Ended, "x-a|1\0")]
    [InlineData(Ended, "x:a|1")]
    [InlineData(Ended, "x\r\na|1")]
    [InlineData(Ended, "X-Upper|1")]
    public async Task A_request_is_one_request_or_none(int status, params string[] rows)
    {
        await using var origin = await OriginServer.StartAsync();
        var domain = await AddAsync(origin);
        List<(string Name, string Value)> fields = [];
        (string, string)[] plain = [(":method", "GET"), (":scheme", "https"), (":path", "/a"), (":authority", domain)];
        var named = rows.Where(row => row.Length > 0).Select(row => (Name: row[..row.LastIndexOf('|')], Value: row[(row.LastIndexOf('|') + 1)..])).ToArray();
        foreach (var (name, value) in plain)
        {
            if (!named.Any(row => row.Name == name))
                fields.Add((name, value));
        }
        // "@@" is an "@" before the domain.
        fields.InsertRange(0, named.Where(row => row.Name.StartsWith(':') && row.Value != "-").Select(row =>
            (row.Name, row.Value.Replace("u@@", $"u\u0001{domain}", StringComparison.Ordinal).Replace("@", domain, StringComparison.Ordinal)
                .Replace('\u0001', '@'))));
        fields.AddRange(named.Where(row => !row.Name.StartsWith(':')).Select(row => (row.Name, row.Value.Replace("@", domain, StringComparison.Ordinal))));

        // nginx ends the connection after some; the one that lacks a path is ended or refused.
        var answer = await RawHttp2.SendAsync(fixture.Edge.HttpsPort, domain, fields);

        Assert.Equal(status, answer);
        Assert.Equal(status == 200 ? ["/a"] : Array.Empty<string>(), origin.Targets);
        if (status == 200)
        {
            Assert.True(origin.Headers.TryDequeue(out var seen));
            Assert.Equal(domain, seen.Host);
            Assert.False(seen.ContainsKey("Transfer-Encoding") || seen.ContainsKey("X-A"));
        }
    }

    [Theory]
    [InlineData("1", 400)]
    [InlineData("9", 400)]
    [InlineData("+3", 400)]
    [InlineData("3", 200)]
    public async Task A_body_has_the_length_that_was_announced(string length, int status)
    {
        await using var origin = await OriginServer.StartAsync();
        var domain = await AddAsync(origin);

        var answer = await RawHttp2.SendAsync(
            fixture.Edge.HttpsPort, domain,
            [(":method", "POST"), (":scheme", "https"), (":path", "/a"), (":authority", domain), ("content-length", length)], "abc");

        Assert.Equal(status, answer);
    }

    private async Task<string> AddAsync(OriginServer origin)
    {
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);
        await fixture.AddCertificateAsync(domain);
        return domain;
    }
}

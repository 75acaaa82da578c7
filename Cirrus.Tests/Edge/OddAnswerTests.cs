using System.Net;

namespace Cirrus.Tests.Edge;

/// <summary>What origins answer that no other does.</summary>
public sealed class OddAnswerTests(MemoryCacheTests.OneWorker one) : IClassFixture<MemoryCacheTests.OneWorker>
{
    private static readonly string[] OfOneMoment = ["Age:", "Cache-Status:", "Date:", "Connection:"];

    private EdgeFixture Fixture => one.Fixture;

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    [InlineData("secret text\n")]
    [InlineData("\r\n\r\nsecret text")]
    public async Task Of_what_has_no_status_line_no_octet_reaches_a_client(string text)
    {
        await using var origin = new RawOrigin(text);
        var domain = await Fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);

        for (var i = 0; i < 2; i++)
            Assert.Equal(HttpStatusCode.BadGateway, (await Fixture.Edge.GetAsync(domain, "/a")).Status);
        var past = await RawHttp.GetAsync(Fixture.Edge.HttpPort, domain, "/b", fields: "Cache-Control: no-store\r\n");

        Assert.True(past.Length == 0 || RawHttp.Status(past) == 502, past);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_304_that_nobody_asked_for_is_not_stored(bool byRule)
    {
        await using var origin = new RawOrigin("HTTP/1.1 304 Not Modified\r\nCache-Control: max-age=60\r\nETag: \"a\"\r\nConnection: close\r\n\r\n");
        var domain = await Fixture.AddDomainAsync(
            origins: [ControlPlane.Origin(origin.Port)], rules: byRule ? [ControlPlane.Rule("/", 60)] : null);

        for (var i = 0; i < 3; i++)
            Assert.Equal("edge-test; fwd=uri-miss", (await Fixture.Edge.GetAsync(domain, "/a")).CacheStatus);
    }

    [Theory]
    [InlineData("X_Own: 1")]
    [InlineData("X-Empty:")]
    [InlineData("ETag: \"a\"\r\nETag: \"b\"")]
    [InlineData("Last-Modified: Mon, 01 Jan 2024 00:00:00 GMT\r\nLast-Modified: Tue, 02 Jan 2024 00:00:00 GMT")]
    [InlineData("X-Own: a\u007fb")]
    [InlineData("X-Own: a\tb")]
    [InlineData("Link: </a>\r\nLink: </b>")]
    public async Task Hits_show_fields_as_they_came_from_wherever_they_are(string fields)
    {
        await using var origin = new RawOrigin(
            $"HTTP/1.1 200 OK\r\nDate: {DateTime.UtcNow:R}\r\nCache-Control: max-age=60\r\nContent-Type: text/plain\r\n{fields}\r\nContent-Length: 2\r\n\r\nok");
        var domain = await Fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);

        var answers = new List<string>();
        for (var i = 0; i < 6; i++)
            answers.Add(await RawHttp.GetAsync(Fixture.Edge.HttpPort, domain, "/a"));

        var first = Lasting(answers[0]);
        Assert.Contains(fields.Split("\r\n")[0], first.Select(line => line.TrimEnd()));
        Assert.All(answers, answer => Assert.Equal(first, Lasting(answer)));
    }

    private static IEnumerable<string> Lasting(string answer) =>
        answer.Split("\r\n").Where(line => !OfOneMoment.Any(name => line.StartsWith(name, StringComparison.Ordinal))).Order(StringComparer.Ordinal);
}

using System.Net;
using System.Text;

namespace Cirrus.Tests.Edge;

[Collection(EdgeGroup.Name)]
public sealed class BodyLimitTests(EdgeFixture fixture)
{
    [Theory]
    [InlineData(1000, false, 200)]
    [InlineData(1001, false, 413)]
    [InlineData(1000, true, 200)]
    [InlineData(1001, true, 413)]
    [InlineData(70_000, true, 413)]
    public async Task A_body_may_be_so_large_whether_its_length_is_announced_or_not(int size, bool isChunked, int status)
    {
        await using var origin = await CountingOriginAsync();
        var domain = await AddAsync(origin, 1000);
        var body = new string('x', size);
        var rest = isChunked ? $"Transfer-Encoding: chunked\r\n\r\n{Chunks(body)}" : $"Content-Length: {size}\r\n\r\n{body}";

        var answer = await RawHttp.SendAsync(fixture.Edge.HttpPort, $"POST /a HTTP/1.1\r\nHost: {domain}\r\nConnection: close\r\n{rest}");

        Assert.Equal(status, RawHttp.Status(answer));
        if (status == 200)
            Assert.Contains($"got {size}", answer, StringComparison.Ordinal);
        else
            Assert.EndsWith("Cirrus edge: 413. The request is too large.\n", answer, StringComparison.Ordinal);
        Assert.Equal(status == 200 ? 1 : 0, origin.Requests);
    }

    [Fact]
    public async Task A_body_that_never_ends_is_cut_off_and_no_origin_hears_of_it()
    {
        await using var origin = await CountingOriginAsync();
        var domain = await AddAsync(origin, 1000);

        // Twice what is read for a limit this small; the last chunk never comes.
        var answer = await RawHttp.SendAsync(
            fixture.Edge.HttpPort, $"POST /a HTTP/1.1\r\nHost: {domain}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n1ffff\r\n{new string('x', 0x1ffff)}");

        Assert.Equal(413, RawHttp.Status(answer));
        Assert.Equal(0, origin.Requests);
    }

    [Theory]
    [InlineData(1000, HttpStatusCode.OK)]
    [InlineData(1001, HttpStatusCode.RequestEntityTooLarge)]
    public async Task Over_http_2_nothing_needs_to_announce_a_body(int size, HttpStatusCode status)
    {
        await using var origin = await CountingOriginAsync();
        var domain = await AddAsync(origin, 1000);
        await fixture.AddCertificateAsync(domain);

        var answer = await fixture.Edge.GetSecurelyAsync(domain, "/a", method: HttpMethod.Post, with: request =>
        {
            request.Version = HttpVersion.Version20;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
            request.Content = new StreamContent(new UnknownLength(Encoding.ASCII.GetBytes(new string('x', size))));
        });
        var get = await fixture.Edge.GetSecurelyAsync(domain, "/a", with: request => request.Version = HttpVersion.Version20);

        Assert.Equal(status, answer.Status);
        Assert.Equal(HttpStatusCode.OK, get.Status);
    }

    [Fact]
    public async Task What_was_signed_and_counted_once_is_not_counted_again_when_its_body_has_been_read()
    {
        await using var origin = await CountingOriginAsync();
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)], members: new
        {
            limits = new { maxBody = 1000 },
            access = new { rateLimits = new[] { new { requests = 2, seconds = 3600 } } },
        });
        var request = $"POST /a HTTP/1.1\r\nHost: {domain}\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n{Chunks("x")}";

        Assert.Equal(200, RawHttp.Status(await RawHttp.SendAsync(fixture.Edge.HttpPort, request)));
        Assert.Equal(200, RawHttp.Status(await RawHttp.SendAsync(fixture.Edge.HttpPort, request)));
        Assert.Equal(429, RawHttp.Status(await RawHttp.SendAsync(fixture.Edge.HttpPort, request)));
    }

    private static async Task<OriginServer> CountingOriginAsync()
    {
        var origin = await OriginServer.StartAsync();
        origin.Respond = async context =>
        {
            var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            await context.Response.Body.WriteAsync(Encoding.ASCII.GetBytes($"got {body.Length}"));
        };
        return origin;
    }

    private Task<string> AddAsync(OriginServer origin, int maxBody) =>
        fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)], members: new { limits = new { maxBody } });

    private static string Chunks(string body) =>
        string.Concat(body.Chunk(500).Select(chunk => $"{chunk.Length:x}\r\n{new string(chunk)}\r\n")) + "0\r\n\r\n";
}

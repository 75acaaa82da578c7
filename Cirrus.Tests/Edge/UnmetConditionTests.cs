namespace Cirrus.Tests.Edge;

/// <summary>Requests for an object as it is not (RFC 9110 sections 13.1 and 14.2).</summary>
[Collection(EdgeGroup.Name)]
public sealed class UnmetConditionTests(EdgeFixture fixture)
{
    private const string Large = "/large";

    [Theory]
    [InlineData("If-Match: \"other\"", 412)]
    [InlineData("If-Match: \"other\"\r\nCache-Control: no-cache", 412)]
    [InlineData("If-Match: \"other\"\r\nPragma: no-cache", 412)]
    [InlineData("If-Unmodified-Since: Mon, 01 Jan 2001 00:00:00 GMT", 412)]
    [InlineData("If-Unmodified-Since: Mon, 01 Jan 2001 00:00:00 GMT\r\nCache-Control: max-age=0", 412)]
    [InlineData("Range: bytes=999999-", 416)]
    [InlineData("Range: bytes=999999-\r\nCache-Control: no-cache", 416)]
    public async Task Are_answered_by_the_edges_own_page_which_is_not_to_be_kept(string fields, int status)
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = async context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            context.Response.Headers.ETag = "\"this\"";
            context.Response.Headers.LastModified = "Tue, 02 Jan 2024 00:00:00 GMT";
            var body = new byte[context.Request.Path == Large ? 150_000 : 5];
            context.Response.ContentLength = body.Length;
            await context.Response.Body.WriteAsync(body);
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);

        foreach (var path in (string[])["/small", Large])
        {
            // First it is missing, then it is there.
            for (var i = 0; i < 2; i++)
            {
                var answer = await RawHttp.GetAsync(fixture.Edge.HttpPort, domain, path, fields: $"{fields}\r\n");

                Assert.Equal(status, RawHttp.Status(answer));
                Assert.Contains($"Cirrus edge: {status}. ", answer, StringComparison.Ordinal);
                Assert.Equal(["Cache-Control: no-store"], answer.Split("\r\n").Where(line => line.StartsWith("Cache-Control:", StringComparison.Ordinal)));
                Assert.DoesNotContain("stored", answer, StringComparison.Ordinal);
                await fixture.Edge.GetAsync(domain, path);
            }
        }
    }
}

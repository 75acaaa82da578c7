using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Cirrus.Tests.Edge;

[Collection(EdgeGroup.Name)]
public sealed class SoftPurgeOfPartsTests(EdgeFixture fixture)
{
    private const int Part = 65536;
    private const int Size = 3 * Part;

    [Theory]
    [InlineData("everything", null)]
    [InlineData("tag", "file")]
    public async Task Of_a_file_in_parts_no_old_part_is_served_beside_a_new_one(string kind, string? value)
    {
        await using var origin = await OriginServer.StartAsync();
        var letter = 'a';
        origin.Respond = context => AnswerAsync(context, letter);
        var domain = await fixture.AddDomainAsync(
            origins: [ControlPlane.Origin(origin.Port)], members: new { cache = new { slice = Part } });
        Assert.Equal(new string('a', Size), (await fixture.Edge.GetAsync(domain, "/file")).Body);
        Assert.True((await fixture.Edge.GetAsync(domain, "/file")).IsHit);

        letter = 'b';
        await fixture.Edge.AppliedAsync(await fixture.Control.PurgeSoftlyAsync(domain, kind, value is null ? [] : [value]));

        for (var i = 0; i < 3; i++)
            Assert.Equal(new string('b', Size), (await fixture.Edge.GetAsync(domain, "/file")).Body);
    }

    private static async Task AnswerAsync(HttpContext context, char letter)
    {
        context.Response.Headers.CacheControl = "max-age=60";
        context.Response.Headers["Surrogate-Key"] = "file";
        context.Response.Headers.ETag = $"\"{letter}\"";
        var range = context.Request.Headers.Range.ToString();
        var length = Size;
        if (range.StartsWith("bytes=", StringComparison.Ordinal))
        {
            var ends = range["bytes=".Length..].Split('-');
            var first = int.Parse(ends[0], CultureInfo.InvariantCulture);
            var last = Math.Min(int.Parse(ends[1], CultureInfo.InvariantCulture), Size - 1);
            context.Response.StatusCode = StatusCodes.Status206PartialContent;
            context.Response.Headers.ContentRange = $"bytes {first}-{last}/{Size}";
            length = last - first + 1;
        }
        await context.Response.WriteAsync(new string(letter, length));
    }
}

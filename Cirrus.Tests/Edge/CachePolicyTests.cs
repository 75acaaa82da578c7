using System.IO.Compression;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Cirrus.Tests.Edge;

/// <summary>What operators say about caching, for a domain or in a rule.</summary>
[Collection(EdgeGroup.Name)]
public sealed class CachePolicyTests(EdgeFixture fixture)
{
    [Fact]
    public async Task A_domains_policy_is_for_all_of_it_and_fills_in_what_rules_lack()
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = context =>
        {
            var asked = context.Request.Query["says"].ToString();
            context.Response.Headers.CacheControl = asked.Length == 0 ? "" : $"max-age={asked}";
            return Task.CompletedTask;
        };
        var domain = await fixture.AddDomainAsync(
            origins: [ControlPlane.Origin(origin.Port)],
            rules: [new { path = "/fixed/", ttl = 7, originHeaders = "override" }, new { path = "/long/", maxTtl = 1000 }],
            members: new { cache = new { ttl = 30, originHeaders = "respect", minTtl = 20, maxTtl = 100 } });

        Assert.Equal(30, await TtlAsync(domain, "/a"));
        Assert.Equal(60, await TtlAsync(domain, "/a?says=60"));
        Assert.Equal(20, await TtlAsync(domain, "/a?says=5"));
        Assert.Equal(100, await TtlAsync(domain, "/a?says=500"));
        Assert.Equal(500, await TtlAsync(domain, "/long/a?says=500"));
        Assert.Equal(7, await TtlAsync(domain, "/fixed/a?says=500"));
    }

    [Fact]
    public async Task A_status_may_have_a_ttl_of_its_own()
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = context =>
        {
            context.Response.StatusCode = int.Parse(context.Request.Path.Value![1..], System.Globalization.CultureInfo.InvariantCulture);
            context.Response.Headers.CacheControl = "max-age=60";
            return Task.CompletedTask;
        };
        var domain = await fixture.AddDomainAsync(
            origins: [ControlPlane.Origin(origin.Port)],
            members: new { cache = new { statusTtl = new Dictionary<string, int> { ["404"] = 300, ["4xx"] = 0, ["5xx"] = 0 } } });

        Assert.Equal(300, await TtlAsync(domain, "/404"));
        Assert.Null(await TtlAsync(domain, "/403"));
        Assert.Null(await TtlAsync(domain, "/500"));
        Assert.Equal(60, await TtlAsync(domain, "/200"));
    }

    [Fact]
    public async Task A_request_with_a_listed_cookie_or_header_goes_to_the_origin()
    {
        var domain = await fixture.AddDomainAsync(members: new
        {
            cache = new { bypass = new { cookies = Names("session", "wp_*"), headers = Names("X-Preview") } },
        });
        await fixture.CacheAsync(domain, "/a");

        Assert.Equal("edge-test; fwd=bypass; detail=cookie", (await AskAsync(domain, "/a", "Cookie", "a=1; session=2")).CacheStatus);
        Assert.Equal("edge-test; fwd=bypass; detail=cookie", (await AskAsync(domain, "/a", "Cookie", "wp_login=2")).CacheStatus);
        Assert.Equal("edge-test; fwd=bypass; detail=header", (await AskAsync(domain, "/a", "X-Preview", "1")).CacheStatus);
        Assert.True((await AskAsync(domain, "/a", "Cookie", "a=session")).IsHit);
    }

    [Fact]
    public async Task What_is_left_out_of_a_query_neither_divides_the_cache_nor_reaches_the_origin()
    {
        await using var origin = await OriginServer.StartAsync();
        var domain = await fixture.AddDomainAsync(
            origins: [ControlPlane.Origin(origin.Port)],
            rules:
            [
                new { path = "/none/", query = new { mode = "none", names = Names() } },
                new { path = "/allow/", query = new { mode = "allow", names = Names("id") } },
                new { path = "/deny/", query = new { mode = "deny", names = Names("utm_*") } },
            ]);

        foreach (var path in new[]
        {
            "/none/a?x=1", "/none/a?y=2", "/allow/a?x=1&id=5", "/allow/a?id=5&y=2", "/deny/a?utm_s=1&b=2&a=1", "/deny/a?a=1&b=2&utm_m=3",
            "/all/a?b=2&a=1", "/all/a?a=1&b=2",
        })
        {
            await fixture.Edge.GetAsync(domain, path);
        }

        Assert.Equal(["/none/a", "/allow/a?id=5", "/deny/a?a=1&b=2", "/all/a?b=2&a=1", "/all/a?a=1&b=2"], origin.Targets);
    }

    [Fact]
    public async Task A_purge_names_what_the_key_has_of_the_query()
    {
        var domain = await fixture.AddDomainAsync(members: new { cache = new { query = new { mode = "none" } } });
        await fixture.CacheAsync(domain, "/a?x=1");

        await fixture.Edge.AppliedAsync(await fixture.Control.PurgeUrlAsync(domain, "/a"));

        Assert.False((await fixture.Edge.GetAsync(domain, "/a?x=1")).IsHit);
    }

    [Fact]
    public async Task Headers_cookies_and_the_kind_of_device_may_be_part_of_the_key()
    {
        await using var origin = await OriginServer.StartAsync();
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)], members: new
        {
            cache = new { key = new { headers = Names("X-Tenant"), cookies = Names("lang"), device = true } },
        });
        const string Phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Mobile/15E148";

        var plain = await fixture.CacheAsync(domain, "/a");
        var tenant = await AskAsync(domain, "/a", "X-Tenant", "1");
        var german = await AskAsync(domain, "/a", "Cookie", "x=1; lang=de");
        var phone = await AskAsync(domain, "/a", "User-Agent", Phone);

        Assert.Equal(4, new[] { plain, tenant.Body, german.Body, phone.Body }.Distinct().Count());
        Assert.True((await AskAsync(domain, "/a", "Cookie", "lang=de; y=2")).IsHit);
        Assert.True((await AskAsync(domain, "/a", "User-Agent", Phone + " other")).IsHit);
        Assert.True((await AskAsync(domain, "/a", "X-Device-Type", "mobile")).Body == plain);
        Assert.Equal(["desktop", "desktop", "desktop", "mobile"], origin.Headers.Select(headers => headers["X-Device-Type"].ToString()));
    }

    [Fact]
    public async Task Raw_values_of_accept_encoding_do_not_divide_the_cache()
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            context.Response.Headers.Vary = "Accept-Encoding";
            return Task.CompletedTask;
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);

        foreach (var value in new[]
        {
            "gzip, deflate, br", "br;q=1.0, gzip;q=0.8", "gzip, deflate, br, zstd", "gzip", "gzip;q=0.5, deflate", "deflate", "gzip;q=0", "identity",
        })
        {
            await AskAsync(domain, "/a", "Accept-Encoding", value);
        }
        await fixture.Edge.GetAsync(domain, "/a");

        Assert.Equal(["br, gzip", "gzip", ""], origin.Headers.Select(headers => headers.AcceptEncoding.ToString()));
    }

    [Fact]
    public async Task Texts_are_compressed_once_for_each_encoding()
    {
        await using var origin = await OriginServer.StartAsync();
        var text = string.Concat(Enumerable.Repeat("a line of text\n", 100));
        origin.Respond = async context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            context.Response.Headers.ETag = "\"1\"";
            context.Response.ContentType = context.Request.Path == "/picture" ? "image/png" : "text/plain";
            await context.Response.WriteAsync(text);
        };
        var domain = await fixture.AddDomainAsync(
            origins: [ControlPlane.Origin(origin.Port)], members: new { cache = new { compress = true } });

        foreach (var (accepted, used) in new[] { ("br, gzip", "br"), ("gzip", "gzip"), ("identity", "") })
        {
            var miss = await BytesAsync(domain, "/a", accepted);
            var hit = await BytesAsync(domain, "/a", accepted);

            Assert.Equal(used, hit.Encoding);
            Assert.Equal("Accept-Encoding", hit.Vary);
            Assert.Equal(miss.Body, hit.Body);
            Assert.Equal(text, Decode(hit.Body, used));
        }
        Assert.Equal("", (await BytesAsync(domain, "/picture", "gzip")).Encoding);
        Assert.Equal(4, origin.Requests);
    }

    [Fact]
    public async Task A_large_file_is_fetched_in_parts()
    {
        const int Size = 65536;
        await using var origin = await OriginServer.StartAsync();
        var file = new byte[(3 * Size) + 100];
        new Random(1).NextBytes(file);
        origin.Respond = async context =>
        {
            context.Response.Headers.ETag = "\"1\"";
            var range = RangeHeaderValue.Parse(context.Request.Headers.Range.ToString()).Ranges.Single();
            var (from, to) = ((int)range.From!.Value, (int)Math.Min(range.To!.Value, file.Length - 1));
            context.Response.StatusCode = StatusCodes.Status206PartialContent;
            context.Response.Headers.ContentRange = $"bytes {from}-{to}/{file.Length}";
            await context.Response.Body.WriteAsync(file.AsMemory(from, to - from + 1));
        };
        var domain = await fixture.AddDomainAsync(
            origins: [ControlPlane.Origin(origin.Port)], rules: [new { path = "/", ttl = 60, slice = Size }]);

        var part = await BytesAsync(domain, "/a", "identity", (Size + 5, (2 * Size) + 9));
        Assert.Equal(2, origin.Requests);
        var whole = await BytesAsync(domain, "/a", "identity");
        Assert.Equal(4, origin.Requests);
        var end = await BytesAsync(domain, "/a", "identity", (3 * Size, (3 * Size) + 99));
        Assert.Equal(4, origin.Requests);

        Assert.Equal(HttpStatusCode.PartialContent, part.Status);
        Assert.Equal(file[(Size + 5)..((2 * Size) + 10)], part.Body);
        Assert.Equal(HttpStatusCode.OK, whole.Status);
        Assert.Equal(file, whole.Body);
        Assert.Equal(file[(3 * Size)..], end.Body);
    }

    private static string[] Names(params string[] names) => names;

    private static string Decode(byte[] body, string encoding)
    {
        using var stream = new MemoryStream(body);
        using Stream decoded = encoding switch
        {
            "br" => new BrotliStream(stream, CompressionMode.Decompress),
            "gzip" => new GZipStream(stream, CompressionMode.Decompress),
            _ => stream,
        };
        using var reader = new StreamReader(decoded, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    // Of the second of two requests; null when it is no hit.
    private async Task<int?> TtlAsync(string domain, string path)
    {
        await fixture.Edge.GetAsync(domain, path);
        var answer = await fixture.Edge.GetAsync(domain, path);
        return answer.IsHit ? answer.Lifetime : null;
    }

    private Task<EdgeAnswer> AskAsync(string domain, string path, string name, string value) =>
        fixture.Edge.GetAsync(domain, path, with: request => request.Headers.TryAddWithoutValidation(name, value));

    private async Task<(HttpStatusCode Status, byte[] Body, string Encoding, string Vary)> BytesAsync(
        string domain, string path, string acceptEncoding, (int From, int To)? range = null)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://127.0.0.1:{fixture.Edge.HttpPort}{path}");
        request.Headers.Host = domain;
        request.Headers.TryAddWithoutValidation("Accept-Encoding", acceptEncoding);
        if (range is { } wanted)
            request.Headers.Range = new(wanted.From, wanted.To);
        using var response = await client.SendAsync(request);
        return (
            response.StatusCode, await response.Content.ReadAsByteArrayAsync(), string.Join(", ", response.Content.Headers.ContentEncoding),
            string.Join(", ", response.Headers.Vary));
    }
}

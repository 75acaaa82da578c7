using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Edge;

[Collection(EdgeGroup.Name)]
public sealed partial class ExplainTests(EdgeFixture fixture)
{
    [Fact]
    public async Task What_is_in_the_cache_and_why_is_told_without_asking_an_origin()
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            context.Response.Headers["Surrogate-Key"] = "news sport";
            return Task.CompletedTask;
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)], rules: [ControlPlane.Rule("/assets/", 600)]);
        var purge = await fixture.Control.PurgePrefixAsync(domain, "/assets/");
        await fixture.Edge.AppliedAsync(purge);

        var before = await fixture.Edge.ExplainAsync(domain, "/assets/%61");
        await fixture.CacheAsync(domain, "/assets/a");
        var asked = origin.Requests;
        var after = await fixture.Edge.ExplainAsync(domain, "/assets/a");

        Assert.True(before.GetProperty("asksOrigin").GetBoolean());
        Assert.Equal("edge-test; fwd=uri-miss", Text(before, "cacheStatus"));
        Assert.Equal("/assets/a", Text(before, "uri"));
        Assert.Equal(purge, Text(before.GetProperty("epochs"), "key"));
        Assert.Equal((0, "/assets/"), (before.GetProperty("rule").GetProperty("index").GetInt32(), Text(before.GetProperty("rule"), "path")));
        Assert.Equal($"http://127.0.0.1:{origin.Port}", Text(before.GetProperty("origins")[0], "url"));
        Assert.False(after.GetProperty("asksOrigin").GetBoolean());
        Assert.Equal(Text(before, "key"), Text(after, "key"));
        Assert.Equal(["news", "sport"], after.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
        Assert.Equal(asked, origin.Requests);
    }

    [Theory]
    [InlineData("max-age=1")]
    [InlineData("max-age=1, must-revalidate")]
    public async Task An_object_that_has_expired_is_told_with_its_key_and_stays_as_it_is(string cacheControl)
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = context =>
        {
            context.Response.Headers.CacheControl = cacheControl;
            return Task.CompletedTask;
        };
        var domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(origin.Port)]);
        await fixture.Edge.GetAsync(domain, "/a");

        JsonElement said = default;
        await Wait.UntilAsync(
            "it has expired", async () => Text(said = await fixture.Edge.ExplainAsync(domain, "/a"), "cache") == "STALE");

        Assert.Equal("edge-test; fwd=stale", Text(said, "cacheStatus"));
        Assert.EndsWith($" http {domain} /a", Text(said, "key"), StringComparison.Ordinal);
        Assert.Equal(1, origin.Requests);
    }

    [Fact]
    public async Task What_the_edge_answers_itself_is_told_too()
    {
        var domain = await fixture.AddSecureDomainAsync(tls: new { certificate = "own", redirect = true });

        var plain = await fixture.Edge.ExplainAsync(domain, "/a?b");
        var secure = await fixture.Edge.ExplainAsync(domain, "/a?b", "&scheme=https");
        var unknown = await fixture.Edge.ExplainAsync(EdgeFixture.NewName(), "/");

        Assert.Equal(301, plain.GetProperty("status").GetInt32());
        Assert.EndsWith("/a?b", Text(plain, "location"), StringComparison.Ordinal);
        Assert.True(secure.GetProperty("asksOrigin").GetBoolean());
        Assert.Equal(domain, Text(secure, "certificate"));
        Assert.Equal(404, unknown.GetProperty("status").GetInt32());
    }

    [Theory]
    [InlineData("a.test", "no-slash", "")]
    [InlineData("a.test", "/a b", "")]
    [InlineData("a test", "/", "")]
    [InlineData("a.test", "/", "&method=get")]
    [InlineData("a.test", "/", "&scheme=ftp")]
    [InlineData("a.test", "/", "&header=nonsense")]
    [InlineData("a.test", "/", "&header=A%3A%20b%0D%0AC%3A%20d")]
    public async Task Nonsense_is_refused(string host, string uri, string query)
    {
        var failure = await Assert.ThrowsAsync<HttpRequestException>(() => fixture.Edge.ExplainAsync(host, uri, query));
        Assert.Equal(HttpStatusCode.BadRequest, failure.StatusCode);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task For_any_domain_and_any_request_the_edge_does_what_it_says(int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 6; i++)
        {
            var (document, domain) = await AddRandomDomainAsync(random);
            for (var j = 0; j < 25; j++)
            {
                var (method, uri, headers) = RandomRequest(random);
                var said = await fixture.Edge.ExplainAsync(domain, uri, $"&method={method}{Query(headers)}");
                var done = await fixture.Edge.GetAsync(domain, uri, new HttpMethod(method), request =>
                {
                    foreach (var (name, value) in headers)
                        request.Headers.TryAddWithoutValidation(name, value);
                });

                var context = $"{document}\n{method} {uri} {string.Join(", ", headers)}\n{said}\n{done.Status} {done.CacheStatus}";
                Assert.True(Told(Text(said, "cacheStatus") ?? "") == Told(done.CacheStatus), context);
                if (!said.GetProperty("asksOrigin").GetBoolean())
                    Assert.True(said.GetProperty("status").GetInt32() == (int)done.Status, context);
                if (done.CacheStatus.Contains("; stored", StringComparison.Ordinal))
                    await fixture.Edge.StoredAsync(domain, uri, $"&method={method}{Query(headers.Where(header => header.Key != "Cache-Control"))}");
            }
        }
    }

    private async Task<(string Document, string Domain)> AddRandomDomainAsync(Random random)
    {
        object[] rules =
        [
            .. Enumerable.Range(0, random.Next(4)).Select(object (_) => new
            {
                path = Pick(random, "/a", "/b/", "^/c", "x$", "/"),
                methods = Pick<string[]>(random, ["GET"], ["GET", "HEAD"], ["HEAD"]),
                ttl = Pick<int?>(random, 0, 60, null),
                bypass = new { headers = Pick<string[]>(random, [], ["X-Preview"]), cookies = Pick<string[]>(random, [], ["s_*"]) },
                key = new { headers = Pick<string[]>(random, [], ["X-K"]), device = random.Next(2) == 0 },
            }),
        ];
        var members = new
        {
            cache = new { query = new { mode = Pick(random, "all", "none", "allow", "deny"), names = new[] { "q", "cc" } } },
            redirects = Pick<object[]>(random, [], [new { path = "/b/", to = "/a/", status = 302 }]),
            rewrites = Pick<object[]>(random, [], [new { path = "/a", to = "/z" }]),
            maintenance = new { enabled = random.Next(6) == 0, status = 503, body = "later" },
            access = new { referrers = new { allow = Pick<string[]>(random, ["*"], ["good.test"]), allowEmpty = true } },
        };
        var cacheEnable = random.Next(10) > 0;
        var domain = await fixture.AddDomainAsync(rules: rules, cacheEnable: cacheEnable, members: members);
        return (JsonSerializer.Serialize(new { rules, members, cacheEnable }), domain);
    }

    private static (string Method, string Uri, Dictionary<string, string> Headers) RandomRequest(Random random)
    {
        var headers = new Dictionary<string, string>();
        foreach (var (name, values) in new (string, string[])[]
        {
            ("Authorization", ["x"]), ("X-Preview", ["1"]), ("Cookie", ["s_1=1"]), ("X-K", ["a", "b"]),
            ("Cache-Control", ["no-cache", "no-store", "only-if-cached", "max-age=0"]), ("Referer", ["http://good.test/", "http://bad.test/"]),
        })
        {
            if (random.Next(7) == 0)
                headers[name] = Pick(random, values);
        }
        return (
            Pick(random, "GET", "GET", "GET", "HEAD", "POST"),
            Pick(random, "/a", "/a/1", "/b/", "/b/%41", "/c", "/x", "/d/../x") + Pick(random, "", "", "?q=1", "?q=2&cc=3", "?z=%41&q=1"),
            headers);
    }

    private static string Query(IEnumerable<KeyValuePair<string, string>> headers) =>
        string.Concat(headers.Select(header => $"&header={Uri.EscapeDataString($"{header.Key}: {header.Value}")}"));

    private static T Pick<T>(Random random, params T[] values) => values[random.Next(values.Length)];

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;

    // What can't be known before: how old it is by then, and whether the answer may be stored.
    private static string Told(string cacheStatus) => Lifetime().Replace(cacheStatus.Replace("; stored", "", StringComparison.Ordinal), "ttl");

    [GeneratedRegex(@"ttl=-?\d+")]
    private static partial Regex Lifetime();
}

using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Cirrus.Tests.Programs;
using Microsoft.AspNetCore.Http;

namespace Cirrus.Tests.Edge;

/// <summary>What a worker answers from its own memory; with one worker its counter tells which answers these are.</summary>
public sealed class MemoryCacheTests(MemoryCacheTests.OneWorker one) : IClassFixture<MemoryCacheTests.OneWorker>
{
    private static readonly string[] OfOneMoment = ["Age", "Cache-Status"];

    public sealed class OneWorker : IAsyncLifetime
    {
        internal EdgeFixture Fixture { get; } = new();

        public Task InitializeAsync() => Fixture.InitializeAsync(edge => edge.Environment["CIRRUS_EDGE_WORKERS"] = "1");

        public Task DisposeAsync() => Fixture.DisposeAsync();
    }

    private EdgeFixture Fixture => one.Fixture;

    private EdgeNode Edge => one.Fixture.Edge;

    [Fact]
    public async Task An_object_asked_for_often_comes_from_memory_and_looks_the_same()
    {
        Respond("text/css", "body { }", headers =>
        {
            headers["Link"] = new(["</a>; rel=preload", "</b>; rel=preload"]);
            headers.ETag = "\"v1\"";
            headers["X-Own"] = "yes";
        });
        var domain = await Fixture.AddDomainAsync();
        await Edge.GetAsync(domain, "/a");
        var cached = await Edge.GetAsync(domain, "/a");

        var remembered = await FromMemoryAsync(domain, "/a");

        Assert.True(remembered.IsHit, remembered.CacheStatus);
        Assert.Equal(cached.Body, remembered.Body);
        Assert.Equal(
            cached.Headers.ExceptBy(OfOneMoment, header => header.Key).OrderBy(header => header.Key),
            remembered.Headers.ExceptBy(OfOneMoment, header => header.Key).OrderBy(header => header.Key));
        Assert.Equal(60, remembered.Lifetime);
    }

    [Theory]
    [InlineData("url")]
    [InlineData("everything")]
    [InlineData("document")]
    [InlineData("delete")]
    public async Task What_a_purge_or_a_change_of_the_domain_concerns_is_gone_from_memory(string change)
    {
        Respond("text/plain");
        var domain = await Fixture.AddDomainAsync();
        var old = await FromMemoryAsync(domain, "/a");

        await Edge.AppliedAsync(change switch
        {
            "url" => await Fixture.Control.PurgeUrlAsync(domain, "/a"),
            "everything" => await Fixture.Control.PurgeEverythingAsync(domain),
            "delete" => await Fixture.Control.DeleteDomainAsync(domain),
            _ => await Fixture.Control.PutDomainAsync(domain, [ControlPlane.Origin(Fixture.Origin.Port)], cacheEnable: false),
        });

        Assert.NotEqual(old.Body, (await Edge.GetAsync(domain, "/a")).Body);
        Assert.NotEqual(old.Body, (await Edge.GetAsync(domain, "/a")).Body);
    }

    [Fact]
    public async Task A_request_that_changes_the_resource_makes_memory_forget_it()
    {
        Respond("text/plain");
        var domain = await Fixture.AddDomainAsync();
        var old = await FromMemoryAsync(domain, "/a");

        await Edge.GetAsync(domain, "/a", HttpMethod.Post);

        Assert.NotEqual(old.Body, (await Edge.GetAsync(domain, "/a")).Body);
    }

    [Fact]
    public async Task An_object_does_not_outlive_its_time_in_memory()
    {
        Respond("text/plain", lifetime: 3);
        var domain = await Fixture.AddDomainAsync();
        var old = await FromMemoryAsync(domain, "/a");

        EdgeAnswer answer = null!;
        await Wait.UntilAsync("the object is another one", async () => (answer = await Edge.GetAsync(domain, "/a")).Body != old.Body);

        Assert.False(answer.IsHit, answer.CacheStatus);
    }

    [Fact]
    public async Task Objects_asked_for_in_turn_are_all_in_memory_after_two_hits_each()
    {
        Respond("text/plain", lifetime: 600);
        var domain = await Fixture.AddDomainAsync();
        var paths = Enumerable.Range(0, 300).Select(i => $"/{i}").ToList();
        var stored = await AskEachAsync();
        await AskEachAsync();
        await AskEachAsync();
        var before = await HitsAsync();

        var remembered = await AskEachAsync();

        Assert.Equal(stored, remembered);
        Assert.Equal(before + paths.Count, await HitsAsync());

        async Task<List<string>> AskEachAsync()
        {
            var bodies = new List<string>();
            foreach (var path in paths)
                bodies.Add((await Edge.GetAsync(domain, path)).Body);
            return bodies;
        }
    }

    [Fact]
    public async Task An_object_that_is_gone_from_the_cache_is_gone_from_memory_soon()
    {
        Respond("text/plain", lifetime: 600);
        var domain = await Fixture.AddDomainAsync();
        var old = await FromMemoryAsync(domain, "/a");

        foreach (var file in Edge.StoredFiles())
        {
            if ((await File.ReadAllTextAsync(file)).Contains(domain, StringComparison.Ordinal))
                File.Delete(file);
        }

        await Wait.UntilAsync("the object is another one", async () => (await Edge.GetAsync(domain, "/a")).Body != old.Body);
    }

    [Fact]
    public async Task What_takes_the_place_of_an_object_in_the_cache_takes_it_in_memory_too()
    {
        Respond("text/plain", lifetime: 600);
        var domain = await Fixture.AddDomainAsync();
        await FromMemoryAsync(domain, "/a");

        var other = await Edge.GetAsync(domain, "/a", with: request => request.Headers.CacheControl = new() { NoCache = true });

        await Wait.UntilAsync("memory has the other one", async () => (await FromMemoryAsync(domain, "/a")).Body == other.Body);
    }

    [Theory]
    [InlineData("Range", "bytes=0-1", HttpStatusCode.PartialContent)]
    [InlineData("Authorization", "Basic x", HttpStatusCode.OK)]
    [InlineData("Cache-Control", "no-cache", HttpStatusCode.OK)]
    [InlineData("Pragma", "no-cache", HttpStatusCode.OK)]
    [InlineData("CDN-Loop", "another", HttpStatusCode.OK)]
    [InlineData("If-Match", "*", HttpStatusCode.OK)]
    [InlineData("If-Unmodified-Since", "Fri, 01 Jan 2100 00:00:00 GMT", HttpStatusCode.OK)]
    public async Task A_request_that_wants_more_than_the_object_is_not_answered_from_memory(string name, string value, HttpStatusCode expected)
    {
        Respond("text/plain", "some text", headers => headers.LastModified = "Sat, 01 Jan 2000 00:00:00 GMT");
        var domain = await Fixture.AddDomainAsync();
        await FromMemoryAsync(domain, "/a");
        var before = await HitsAsync();

        var answer = await Edge.GetAsync(domain, "/a", with: request => request.Headers.TryAddWithoutValidation(name, value));

        Assert.Equal(expected, answer.Status);
        Assert.Equal(before, await HitsAsync());
    }

    [Fact]
    public async Task Conditions_are_heeded()
    {
        Respond("text/plain", with: headers => headers.ETag = "\"v1\"");
        var domain = await Fixture.AddDomainAsync();
        await FromMemoryAsync(domain, "/a");

        var same = await FromMemoryAsync(domain, "/a", with: request => request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue("\"v1\"")));
        var other = await FromMemoryAsync(domain, "/a", with: request => request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue("\"v2\"")));

        Assert.Equal(HttpStatusCode.NotModified, same.Status);
        Assert.Equal("", same.Body);
        Assert.Equal(HttpStatusCode.OK, other.Status);
    }

    [Fact]
    public async Task A_tag_beside_a_date_counts_alone()
    {
        Respond("text/plain", with: headers => (headers.ETag, headers.LastModified) = ("\"v1\"", "Sat, 01 Jan 2000 00:00:00 GMT"));
        var domain = await Fixture.AddDomainAsync();
        await FromMemoryAsync(domain, "/a");

        var answer = await Edge.GetAsync(domain, "/a", with: request =>
        {
            request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue("\"v2\""));
            request.Headers.IfModifiedSince = new(2010, 1, 1, 0, 0, 0, TimeSpan.Zero);
        });

        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }

    [Theory]
    [InlineData(90, 1)]
    [InlineData(150, 0)]
    public async Task A_request_with_very_many_fields_is_left_to_the_cache(int count, int fromMemory)
    {
        Respond("text/plain", "some text");
        var domain = await Fixture.AddDomainAsync();
        await FromMemoryAsync(domain, "/a");
        var before = await HitsAsync();

        var answer = await Edge.GetAsync(domain, "/a", with: request =>
        {
            for (var i = 0; i < count; i++)
                request.Headers.Add($"X-Field-{i}", "value");
        });

        Assert.Equal("some text", answer.Body);
        Assert.Equal(before + fromMemory, await HitsAsync());
    }

    [Theory]
    [InlineData(100)]
    [InlineData(8192)]
    [InlineData(65_530)]
    [InlineData(100_000)]
    public async Task Bodies_of_any_size_arrive_whole_by_any_protocol(int size)
    {
        var body = string.Concat(Enumerable.Range(0, size / 10).Select(i => $"{i:D9} "));
        Respond("text/plain", body, headers => headers.ETag = "\"v1\"");
        var domain = await Fixture.AddSecureDomainAsync(tls: new { hsts = new { maxAge = 60 } });
        await FromMemoryAsync(domain, "/a");
        await FromMemoryAsync(domain, "/a", secure: true);
        var before = await HitsAsync();

        var plain = Enumerable.Range(0, 20).Select(_ => Edge.GetAsync(domain, "/a"));
        var secure = Enumerable.Range(0, 20).Select(i => Edge.GetSecurelyAsync(domain, "/a", with: request => request.Version = new(1 + i % 2, i % 2 == 0 ? 1 : 0)));
        var answers = await Task.WhenAll(plain.Concat(secure));
        var head = await Edge.GetAsync(domain, "/a", HttpMethod.Head);
        var unmodified = await Edge.GetAsync(domain, "/a", with: request => request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue("\"v1\"")));

        Assert.All(answers, answer => Assert.Equal(body, answer.Body));
        Assert.All(answers[20..], answer => Assert.Equal("max-age=60", answer.Headers["Strict-Transport-Security"]));
        Assert.Equal(("", body.Length.ToString(CultureInfo.InvariantCulture)), (head.Body, head.Headers["Content-Length"]));
        Assert.Equal((HttpStatusCode.NotModified, ""), (unmodified.Status, unmodified.Body));
        Assert.True(await HitsAsync() > before + 20);
    }

    [Fact]
    public async Task A_body_too_large_for_memory_is_left_to_the_cache()
    {
        Respond("text/plain", new string('x', 200_000));
        var domain = await Fixture.AddDomainAsync();
        var before = await HitsAsync();

        for (var i = 0; i < 6; i++)
            Assert.Equal(200_000, (await Edge.GetAsync(domain, "/a")).Body.Length);

        Assert.Equal(before, await HitsAsync());
    }

    [Fact]
    public async Task Each_encoding_has_an_object_of_its_own()
    {
        Fixture.Origin.Respond = context =>
        {
            var encoding = context.Request.Headers.AcceptEncoding.ToString();
            context.Response.ContentType = "text/plain";
            context.Response.Headers.CacheControl = "max-age=60";
            context.Response.Headers.Vary = "Accept-Encoding";
            return context.Response.WriteAsync($"for {encoding}.");
        };
        var domain = await Fixture.AddDomainAsync();

        var zipped = await FromMemoryAsync(domain, "/a", with: request => request.Headers.AcceptEncoding.ParseAdd("gzip"));
        var plain = await FromMemoryAsync(domain, "/a");
        var again = await FromMemoryAsync(domain, "/a", with: request => request.Headers.AcceptEncoding.ParseAdd("gzip"));

        Assert.Equal(("for gzip.", "for .", "for gzip."), (zipped.Body, plain.Body, again.Body));
    }

    [Fact]
    public async Task What_varies_by_something_else_is_left_to_the_cache()
    {
        Respond("text/plain", with: headers => headers.Vary = "X-Kind");
        var domain = await Fixture.AddDomainAsync();
        var before = await HitsAsync();

        var one = await Edge.GetAsync(domain, "/a", with: request => request.Headers.Add("X-Kind", "1"));
        for (var i = 0; i < 5; i++)
            Assert.Equal(one.Body, (await Edge.GetAsync(domain, "/a", with: request => request.Headers.Add("X-Kind", "1"))).Body);
        var two = await Edge.GetAsync(domain, "/a", with: request => request.Headers.Add("X-Kind", "2"));

        Assert.NotEqual(one.Body, two.Body);
        Assert.Equal(before, await HitsAsync());
    }

    [Fact]
    public async Task The_access_log_calls_it_a_hit()
    {
        Respond("text/plain");
        var domain = await Fixture.AddDomainAsync();
        await FromMemoryAsync(domain, "/logged");

        var log = Path.Combine(Edge.Data, "logs", "access.log");
        await Wait.UntilAsync("the log has the requests", async () =>
        {
            var lines = (await File.ReadAllLinesAsync(log)).Where(line => line.Contains(domain, StringComparison.Ordinal)).ToList();
            return lines.Count >= 3 && lines.Skip(1).All(line => line.Contains("\"cache\":\"HIT\"", StringComparison.Ordinal));
        });
    }

    /// <summary>Asks until the answer is from memory.</summary>
    private async Task<EdgeAnswer> FromMemoryAsync(string domain, string path, bool secure = false, Action<HttpRequestMessage>? with = null)
    {
        EdgeAnswer answer = null!;
        await Wait.UntilAsync($"{path} comes from memory", async () =>
        {
            var before = await HitsAsync();
            answer = secure ? await Edge.GetSecurelyAsync(domain, path, with: with) : await Edge.GetAsync(domain, path, with: with);
            return await HitsAsync() > before;
        });
        return answer;
    }

    private async Task<long> HitsAsync()
    {
        const string Name = "\ncirrus_edge_memory_hits_total ";
        var text = await Edge.MetricsAsync();
        var start = text.IndexOf(Name, StringComparison.Ordinal) + Name.Length;
        return start < Name.Length ? 0 : long.Parse(text[start..text.IndexOf('\n', start)], CultureInfo.InvariantCulture);
    }

    /// <summary>Has the origin answer with this; without a body with the number of the request.</summary>
    private void Respond(string type, string? body = null, Action<IHeaderDictionary>? with = null, int lifetime = 60) =>
        Fixture.Origin.Respond = context =>
        {
            context.Response.ContentType = type;
            context.Response.Headers.CacheControl = $"max-age={lifetime}";
            with?.Invoke(context.Response.Headers);
            if (body is null)
                return Task.CompletedTask;
            context.Response.ContentLength = body.Length;
            return context.Response.WriteAsync(body);
        };
}

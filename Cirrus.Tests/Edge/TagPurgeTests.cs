using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;

namespace Cirrus.Tests.Edge;

[Collection(EdgeGroup.Name)]
public sealed class TagPurgeTests(EdgeFixture fixture) : IAsyncLifetime
{
    private OriginServer _origin = null!;
    private string _domain = "";

    public async Task InitializeAsync()
    {
        _origin = await OriginServer.StartAsync();
        // The path says the tags: /a/b+c has b and c.
        _origin.Respond = context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            Tag(context, "Surrogate-Key");
            return Task.CompletedTask;
        };
        _domain = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(_origin.Port)]);
    }

    public Task DisposeAsync() => _origin.DisposeAsync().AsTask();

    [Fact]
    public async Task A_tag_purges_what_has_it_and_nothing_else()
    {
        string[] tagged = ["/1/news", "/2/news+sport", "/3/art+news"], others = ["/4/sport", "/5/newspaper", "/6"];
        foreach (var path in tagged.Concat(others))
            await fixture.CacheAsync(_domain, path);

        await PurgeAsync("news", "unheard-of");

        foreach (var path in tagged)
        {
            Assert.False((await GetAsync(path)).IsHit, path);
            Assert.True((await GetAsync(path)).IsHit, path);
        }
        foreach (var path in others)
            Assert.True((await GetAsync(path)).IsHit, path);

        await PurgeAsync("sport");
        Assert.False((await GetAsync("/2/news+sport")).IsHit);
        Assert.False((await GetAsync("/4/sport")).IsHit);
        Assert.True((await GetAsync("/1/news")).IsHit);
        Assert.True((await GetAsync("/6")).IsHit);
    }

    [Fact]
    public async Task Tags_come_with_commas_and_on_several_lines_too_and_clients_see_none()
    {
        _origin.Respond = context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            context.Response.Headers.Append("Cache-Tag", "red,green");
            context.Response.Headers.Append("Cache-Tag", "blue");
            context.Response.Headers.Append("Surrogate-Key", "one two");
            context.Response.Headers.Append("Surrogate-Key", "three");
            return Task.CompletedTask;
        };
        foreach (var tag in new[] { "green", "blue", "two", "three" })
        {
            await fixture.CacheAsync(_domain, "/many");
            await PurgeAsync(tag);
            var answer = await GetAsync("/many");
            Assert.False(answer.IsHit, tag);
            Assert.DoesNotContain(answer.Headers.Keys, name => name is "Surrogate-Key" or "Cache-Tag" || name.StartsWith("X-Cirrus", StringComparison.Ordinal));
        }
        for (var i = 0; i < 6; i++)
            Assert.DoesNotContain((await GetAsync("/many")).Headers.Keys, name => name is "Surrogate-Key" or "Cache-Tag");
    }

    [Fact]
    public async Task A_response_under_way_while_its_tag_is_purged_is_not_found_after_it()
    {
        var asked = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        _origin.Respond = async context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            Tag(context, "Surrogate-Key");
            asked.TrySetResult();
            await go.Task.WaitAsync(TimeSpan.FromSeconds(10), context.RequestAborted);
        };
        var underWay = GetAsync("/a/news");
        await asked.Task;

        await PurgeAsync("news");
        go.SetResult();
        var old = await underWay;

        var answer = await GetAsync("/a/news");
        Assert.Equal("edge-test; fwd=uri-miss; stored", answer.CacheStatus);
        Assert.NotEqual(old.Body, answer.Body);
    }

    [Fact]
    public async Task A_tag_that_came_with_a_later_response_counts_also_when_nginx_fetched_it_behind_a_request()
    {
        var tags = "first";
        _origin.Respond = context =>
        {
            context.Response.Headers.CacheControl = "max-age=1, stale-while-revalidate=60";
            context.Response.Headers["Surrogate-Key"] = tags;
            return context.Response.WriteAsync(tags);
        };
        await fixture.CacheAsync(_domain, "/a");
        tags = "second";
        await Programs.Wait.UntilAsync("the object is refreshed", async () => (await GetAsync("/a")).Body == "second");

        await PurgeAsync("second");

        Assert.Contains("fwd=uri-miss", (await GetAsync("/a")).CacheStatus, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_variant_is_purged_by_the_tags_of_its_own()
    {
        _origin.Respond = context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            context.Response.Headers.Vary = "Accept-Language";
            context.Response.Headers["Surrogate-Key"] = $"in-{context.Request.Headers.AcceptLanguage}";
            return Task.CompletedTask;
        };
        await GetAsync("/a", "de");
        await GetAsync("/a", "fr");
        Assert.True((await GetAsync("/a", "de")).IsHit);

        await PurgeAsync("in-de");

        Assert.False((await GetAsync("/a", "de")).IsHit);
    }

    [Fact]
    public async Task Tags_are_counted_apart_for_each_domain()
    {
        var other = await fixture.AddDomainAsync(origins: [ControlPlane.Origin(_origin.Port)]);
        await fixture.CacheAsync(_domain, "/a/news");
        await fixture.CacheAsync(other, "/a/news");

        await PurgeAsync("news");

        Assert.False((await GetAsync("/a/news")).IsHit);
        Assert.True((await fixture.Edge.GetAsync(other, "/a/news")).IsHit);
    }

    internal static void Tag(HttpContext context, string field)
    {
        if (context.Request.Path.Value!.Split('/') is [_, _, var tags])
            context.Response.Headers[field] = tags.Replace('+', ' ');
    }

    private Task<EdgeAnswer> GetAsync(string path, string? language = null) => fixture.Edge.GetAsync(
        _domain, path, with: language is null ? null : request => request.Headers.AcceptLanguage.Add(new StringWithQualityHeaderValue(language)));

    private async Task PurgeAsync(params string[] tags) => await fixture.Edge.AppliedAsync(await fixture.Control.PurgeTagAsync(_domain, tags));
}

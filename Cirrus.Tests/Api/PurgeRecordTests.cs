using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Cirrus.Core.Changes;
using Cirrus.Core.Redis;

namespace Cirrus.Tests.Api;

/// <summary>With a Redis of its own: a purge lists every node, and the list every purge.</summary>
public sealed class PurgeRecordTests : IAsyncLifetime
{
    private const string One = "www.one.test";
    private const string Two = "www.two.test";
    private readonly ApiServer _api = new();

    public async Task InitializeAsync()
    {
        await _api.InitializeAsync();
        await (await _api.Client.PutJsonAsync("/api/v1/nodes/edge-1", """{"addresses":["192.0.2.1"]}""")).ReadAsync(HttpStatusCode.Created);
        foreach (var name in new[] { One, Two, "*.wild.test", "own.wild.test" })
            await (await _api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain(name))).ReadAsync(HttpStatusCode.Created);
    }

    public Task DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task A_purge_shows_what_by_whom_and_the_time_at_each_node()
    {
        var accepted = await PurgeAsync($$"""{"domain":"{{One}}","urls":["/a?b=1","/c"]}""");
        var self = (string)accepted["self"]!;
        var shown = (await _api.Client.GetFromJsonAsync<JsonNode>(self))!;
        Assert.Equal((One, "url", "master"), ((string?)shown["domain"], (string?)shown["kind"], (string?)shown["by"]));
        Assert.Equal(["/a?b=1", "/c"], shown["values"]!.AsArray().Select(v => (string?)v));
        Assert.False((bool)shown["applied"]!);
        Assert.Null(shown["nodes"]![0]!["milliseconds"]);
        Assert.Equal((string?)accepted["receipt"], (string?)shown["receipt"]);

        await new AppliedLog(_api.Store).RecordNodeAsync("edge-1", ChangeId.Parse((string)accepted["id"]!), DateTimeOffset.UtcNow);
        shown = (await _api.Client.GetFromJsonAsync<JsonNode>(self))!;
        Assert.True((bool)shown["applied"]!);
        Assert.InRange((long)shown["nodes"]![0]!["milliseconds"]!, 0, 60_000);

        // What happens to the record after 7 days.
        Assert.InRange((await _api.Redis.KeyTimeToLiveAsync(RedisKeys.Purge((string)accepted["id"]!)))!.Value, TimeSpan.FromDays(6.9), TimeSpan.FromDays(7));
        await _api.Redis.KeyDeleteAsync(RedisKeys.Purge((string)accepted["id"]!));
        await (await _api.Client.GetAsync(self)).ReadAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Purges_are_listed_newest_first_in_pages()
    {
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
            ids.Add((string)(await PurgeAsync($$"""{"domain":"{{(i % 2 == 0 ? One : Two)}}","prefixes":["/{{i}}"]}"""))["id"]!);
        ids.Reverse();

        Assert.Equal(ids, await IdsAsync("limit=1000"));
        Assert.Equal(ids.Where((_, i) => i % 2 == 0), await IdsAsync($"domain={One}"));
        var paged = new List<string>();
        for (var after = ""; after is not null;)
        {
            var page = (await _api.Client.GetFromJsonAsync<JsonNode>($"/api/v1/purge?limit=2{(after.Length > 0 ? $"&after={after}" : "")}"))!;
            paged.AddRange(page["items"]!.AsArray().Select(p => (string)p!["id"]!));
            after = (string?)page["next"];
        }
        Assert.Equal(ids, paged);
        Assert.Equal(["after"], await (await _api.Client.GetAsync("/api/v1/purge?after=x")).InvalidFieldsAsync());
        Assert.Equal(["domain"], await (await _api.Client.GetAsync("/api/v1/purge?domain=a..b")).InvalidFieldsAsync());
    }

    [Fact]
    public async Task A_purge_older_than_seven_days_is_not_listed_and_leaves_the_index_with_the_next()
    {
        var old = DateTimeOffset.UtcNow.AddDays(-7).AddMinutes(-1).ToUnixTimeMilliseconds();
        await _api.Redis.StreamAddAsync(
            RedisKeys.Purges, [new("domain", One), new("kind", "url"), new("count", 1), new("actor", "master")], $"{old}-0");
        Assert.Empty(await IdsAsync(""));
        await PurgeAsync($$"""{"domain":"{{One}}","everything":true}""");
        Assert.Equal(1, await _api.Redis.StreamLengthAsync(RedisKeys.Purges));
    }

    [Theory]
    [InlineData("0-0")]
    [InlineData("nonsense")]
    public async Task A_list_after_what_can_be_no_purge_is_refused(string after) =>
        Assert.Equal(["after"], await (await _api.Client.GetAsync($"/api/v1/purge?after={after}")).InvalidFieldsAsync());

    [Fact]
    public async Task A_batch_is_one_purge_for_each_domain()
    {
        var response = await _api.Client.PostJsonAsync("/api/v1/purge/batch", $$"""
            {"urls":["https://{{One}}/a","http://{{Two}}/b?c","https://{{One}}/d#e","https://deep.wild.test/f","https://own.wild.test/g"]}
            """);
        var items = (await response.ReadAsync(HttpStatusCode.Accepted))["items"]!.AsArray();
        Assert.Equal([One, Two, "*.wild.test", "own.wild.test"], items.Select(i => (string?)i!["domain"]));
        Assert.Equal(response.Change(), (string?)items[^1]!["id"]);
        foreach (var (index, fields) in "u:/a,u:/d u:/b?c u:/f u:/g".Split(' ').Index())
        {
            var id = (string)items[index]!["id"]!;
            foreach (var field in fields.Split(','))
                Assert.Equal(id, await _api.Redis.HashGetAsync(RedisKeys.Epochs((string)items[index]!["domain"]!), field));
            Assert.Equal("purge", (await new ChangeLog(_api.Store, Microsoft.Extensions.Logging.Abstractions.NullLogger<ChangeLog>.Instance)
                .FindAsync(ChangeId.Parse(id)))!.Type);
        }
    }

    [Theory]
    [InlineData("""{"urls":["https://www.one.test/a","https://nowhere.test/b","/c"]}""", "urls[1] urls[2]")]
    [InlineData("""{"urls":["ftp://www.one.test/a"]}""", "urls[0]")]
    [InlineData("""{"urls":["https://a.b.wild.test/"]}""", "urls[0]")]
    [InlineData("""{"urls":[]}""", "urls")]
    [InlineData("""{}""", "purges urls")]
    public async Task A_batch_with_anything_wrong_purges_nothing(string body, string fields)
    {
        Assert.Equal(fields.Split(' '), await (await _api.Client.PostJsonAsync("/api/v1/purge/batch", body)).InvalidFieldsAsync());
        Assert.Empty(await IdsAsync(""));
        Assert.False(await _api.Redis.HashExistsAsync(RedisKeys.Epochs(One), "u:/a"));
    }

    [Fact]
    public async Task A_wildcard_does_not_purge_a_host_that_is_a_domain_of_its_own()
    {
        var refused = await _api.Client.PostJsonAsync("/api/v1/purge", """{"domain":"*.wild.test","urls":["https://own.wild.test/a"]}""");
        Assert.Equal(["urls[0]"], await refused.InvalidFieldsAsync());
        await PurgeAsync("""{"domain":"*.wild.test","urls":["https://deep.wild.test/a"]}""");
    }

    private async Task<JsonNode> PurgeAsync(string body) => await (await _api.Client.PostJsonAsync("/api/v1/purge", body)).ReadAsync(HttpStatusCode.Accepted);

    private async Task<List<string>> IdsAsync(string query) =>
        [.. (await _api.Client.GetFromJsonAsync<JsonNode>($"/api/v1/purge?{query}"))!["items"]!.AsArray().Select(p => (string)p!["id"]!)];
}

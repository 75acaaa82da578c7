using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Cirrus.Core.Audit;

namespace Cirrus.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class AuditTests(ApiServer api)
{
    [Fact]
    public async Task An_entry_tells_who_did_what_from_where_with_the_document_before_and_after()
    {
        var name = Answers.FreshDomain();
        await api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain(name));
        var change = (await api.Client.PutJsonAsync($"/api/v1/domains/{name}", Answers.Domain(name, 9001))).Change();

        var entries = await SearchAsync($"key={name}");

        Assert.Equal(2, entries.Count);
        var put = entries[0]!;
        Assert.Equal(("master", "domain-put", name), ((string?)put["actor"], (string?)put["action"], (string?)put["key"]));
        Assert.Equal(("127.0.0.1", change, "accepted"), ((string?)put["address"], (string?)put["change"], (string?)put["outcome"]));
        Assert.NotEmpty((string)put["requestId"]!);
        Assert.Null(put["reason"]);
        Assert.Equal((9000, 9001), ((int)put["before"]!["origins"]![0]!["port"]!, (int)put["after"]!["origins"]![0]!["port"]!));
        Assert.Null(entries[1]!["before"]);
        var age = DateTimeOffset.UtcNow - DateTimeOffset.Parse((string)put["at"]!, CultureInfo.InvariantCulture);
        Assert.InRange(age, TimeSpan.FromSeconds(-5), TimeSpan.FromMinutes(2));

        var one = await (await api.Client.GetAsync($"/api/v1/audit/{put["id"]}")).ReadAsync(HttpStatusCode.OK);
        Assert.True(JsonNode.DeepEquals(put, one), $"{one}");
    }

    [Theory]
    [InlineData("/api/v1/audit/1-1")]
    [InlineData("/api/v1/audit/nonsense")]
    public async Task An_entry_that_is_not_there_is_a_404(string path) =>
        await (await api.Client.GetAsync(path)).ReadAsync(HttpStatusCode.NotFound);

    [Fact]
    public async Task Pages_go_on_where_the_last_one_ended_in_both_directions()
    {
        var name = await FiveEntriesAsync();
        var all = (await SearchAsync($"key={name}")).Select(e => (string)e!["id"]!).ToList();
        Assert.Equal(5, all.Count);
        Assert.Equal(all.OrderByDescending(AuditIdOrder), all);

        Assert.Equal(all, await PagedAsync($"key={name}&limit=2", "before", null));
        Assert.Equal(Enumerable.Reverse(all), await PagedAsync($"key={name}&limit=2", "after", "0-0"));
        // And without a filter, where nothing is left out; before an entry, for new ones may come at any moment.
        var earlier = await PagedAsync("limit=3", "before", all[0], pages: 2);
        Assert.Equal(earlier, (await SearchAsync($"limit=6&before={all[0]}")).Select(e => (string)e!["id"]!));
        Assert.Equal(all[1..], earlier[..4]);
    }

    [Fact]
    public async Task Each_filter_shows_what_it_names_and_nothing_else()
    {
        var name = await FiveEntriesAsync();
        var entries = await SearchAsync($"key={name}");
        var third = entries[2]!;

        foreach (var filter in new[] { "requestId", "change" })
            Assert.Equal([(string)third["id"]!], (await SearchAsync($"{filter}={Uri.EscapeDataString((string)third[filter]!)}")).Select(e => (string)e!["id"]!));
        Assert.Equal(5, (await SearchAsync($"key={name}&actor=master&action=domain-put&outcome=accepted")).Count);
        foreach (var other in new[] { "actor=nobody", "action=node-put", "outcome=refused" })
            Assert.Empty(await SearchAsync($"key={name}&{other}"));
    }

    [Fact]
    public async Task Since_is_the_first_moment_and_until_the_first_that_is_too_late()
    {
        var name = await FiveEntriesAsync();
        var entries = await SearchAsync($"key={name}");
        var times = entries.Select(e => DateTimeOffset.Parse((string)e!["at"]!, CultureInfo.InvariantCulture)).ToList();
        var middle = times[2];
        string At(DateTimeOffset time) => Uri.EscapeDataString(time.ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture));

        foreach (var order in new[] { "", "&after=0-0" })
        {
            Assert.Equal(times.Count(t => t >= middle), (await SearchAsync($"key={name}&since={At(middle)}{order}")).Count);
            Assert.Equal(times.Count(t => t < middle), (await SearchAsync($"key={name}&until={At(middle)}{order}")).Count);
            Assert.Equal(
                times.Count(t => t == middle),
                (await SearchAsync($"key={name}&since={At(middle.ToOffset(TimeSpan.FromHours(2)))}&until={At(middle.AddMilliseconds(1))}{order}")).Count);
        }
        Assert.Empty(await SearchAsync("since=9999-12-31T23:59:59.9999Z"));
        Assert.Empty(await SearchAsync("until=0001-01-01T00:00:00Z"));
        Assert.Empty(await SearchAsync("before=0-0"));
        var middleId = (string)entries[2]!["id"]!;
        Assert.Equal(2, (await SearchAsync($"key={name}&since=2026-01-01T00:00:00Z&before={middleId}")).Count);
        Assert.Equal(2, (await SearchAsync($"key={name}&until=9999-01-01T00:00:00Z&after={middleId}&since=2020-01-01T00:00:00Z")).Count);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=1001", "limit")]
    [InlineData("limit=many", "limit")]
    [InlineData("before=yesterday", "before")]
    [InlineData("after=1", "after")]
    [InlineData("before=1-1&after=1-1", "after")]
    [InlineData("since=2026-01-02", "since")]
    [InlineData("since=2026-13-02T00:00:00Z", "since")]
    [InlineData("until=2026-01-02T00:00:00", "until")]
    [InlineData("outcome=maybe", "outcome")]
    [InlineData("actors=master", "actors")]
    public async Task A_bad_parameter_is_named(string query, string parameter) =>
        Assert.Equal([parameter], await (await api.Client.GetAsync($"/api/v1/audit?{query}")).InvalidFieldsAsync());

    [Fact]
    public async Task A_filter_that_matches_nothing_stops_after_so_many_entries_and_can_be_gone_on_with()
    {
        var name = await FiveEntriesAsync();
        var script = """for i = 1, 10500 do redis.call('XADD', KEYS[1], '*', 'action', 'filler', 'key', 'k') end""";
        await api.Redis.ScriptEvaluateAsync(script, ["cdn:audit"]);
        try
        {
            var first = await GetAsync($"key={name}");
            Assert.Empty(first["items"]!.AsArray());
            Assert.Equal(AuditTrail.MostLookedAt, (int)first["looked"]!);

            var second = await GetAsync($"key={name}&before={first["next"]}");
            Assert.Equal(5, second["items"]!.AsArray().Count);
        }
        finally
        {
            await api.Redis.ScriptEvaluateAsync(
                """for _, e in ipairs(redis.call('XRANGE', KEYS[1], '-', '+')) do if e[2][2] == 'filler' then redis.call('XDEL', KEYS[1], e[1]) end end""",
                ["cdn:audit"]);
        }
    }

    [Theory]
    [InlineData("Authorization")]
    [InlineData("Cookie")]
    [InlineData("X-Origin-Key")]
    [InlineData("x-auth-token")]
    [InlineData("X-Api-Version")]
    [InlineData("My-Secret-Field")]
    [InlineData("X-Password")]
    [InlineData("ApiKey")]
    [InlineData("Token")]
    [InlineData("X-Origin-Verify")]
    [InlineData("X-Auth-Signature")]
    public async Task Credentials_in_documents_are_shown_by_their_hash_so_that_a_change_shows(string header)
    {
        var name = Answers.FreshDomain();
        string Body(string value) => $$$"""
            {"origins":[{"scheme":"http","host":"127.0.0.1","port":9000}],"upstreamHeaders":{"{{{header}}}":"{{{value}}}","X-From":"CDN"}}
            """;
        await (await api.Client.PutJsonAsync($"/api/v1/domains/{name}", Body("first-of-all"))).ReadAsync(HttpStatusCode.Created);
        await (await api.Client.PutJsonAsync($"/api/v1/domains/{name}", Body("second-to-none"))).ReadAsync(HttpStatusCode.OK);

        var put = (await SearchAsync($"key={name}"))[0]!;

        Assert.Equal(Marked("first-of-all"), (string?)put["before"]!["upstreamHeaders"]![header]);
        Assert.Equal(Marked("second-to-none"), (string?)put["after"]!["upstreamHeaders"]![header]);
        Assert.Equal("CDN", (string?)put["after"]!["upstreamHeaders"]!["X-From"]);
        static string Marked(string secret) => $"redacted:sha256:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)))[..8]}";
    }

    [Fact]
    public async Task A_noted_entry_proves_itself_later()
    {
        await FiveEntriesAsync();
        var verdict = await VerifyAsync("");
        Assert.True((bool?)verdict["valid"], $"{verdict}");
        Assert.Null(verdict["problem"]);
        Assert.False((bool?)verdict["first"]!["trimmed"]);
        var last = verdict["last"]!;
        var entry = await (await api.Client.GetAsync($"/api/v1/audit/{last["id"]}")).ReadAsync(HttpStatusCode.OK);
        Assert.Equal((string?)last["hash"], (string?)entry["hash"]);

        await FiveEntriesAsync();
        Assert.True((bool?)(await VerifyAsync($"?id={last["id"]}&hash={last["hash"]}"))["valid"]);
        var other = await VerifyAsync($"?id={last["id"]}&hash={new string('0', 40)}");
        Assert.False((bool?)other["valid"]);
        Assert.Equal((string?)last["id"], (string?)other["problem"]!["id"]);
    }

    [Theory]
    [InlineData("id=1-1", "hash")]
    [InlineData("hash=00", "id")]
    [InlineData("id=nonsense&hash=00", "id")]
    public async Task Half_a_noted_entry_is_refused(string query, string parameter) =>
        Assert.Equal([parameter], await (await api.Client.GetAsync($"/api/v1/audit/verify?{query}")).InvalidFieldsAsync());

    private async Task<string> FiveEntriesAsync()
    {
        var name = Answers.FreshDomain();
        for (var port = 1; port <= 5; port++)
            Assert.True((await api.Client.PutJsonAsync($"/api/v1/domains/{name}", Answers.Domain(name, port))).IsSuccessStatusCode);
        return name;
    }

    private async Task<JsonNode> GetAsync(string query) =>
        await (await api.Client.GetAsync($"/api/v1/audit?{query}")).ReadAsync(HttpStatusCode.OK);

    private async Task<JsonArray> SearchAsync(string query) => (await GetAsync(query))["items"]!.AsArray();

    private async Task<JsonNode> VerifyAsync(string query) =>
        await (await api.Client.GetAsync($"/api/v1/audit/verify{query}")).ReadAsync(HttpStatusCode.OK);

    private async Task<List<string>> PagedAsync(string query, string cursor, string? start, int pages = int.MaxValue)
    {
        var ids = new List<string>();
        for (var (page, next) = (0, start); page < pages && (page == 0 || next is not null); page++)
        {
            var answer = await GetAsync(next is null ? query : $"{query}&{cursor}={next}");
            ids.AddRange(answer["items"]!.AsArray().Select(e => (string)e!["id"]!));
            next = (string?)answer["next"];
        }
        return ids;
    }

    private static Cirrus.Core.Changes.ChangeId AuditIdOrder(string id) => Cirrus.Core.Changes.ChangeId.Parse(id);
}

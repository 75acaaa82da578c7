using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Cirrus.Api.Audit;
using Cirrus.Tests.Programs;
using StackExchange.Redis;

namespace Cirrus.Tests.Api;

/// <summary>Refused attempts in the audit trail; the server is this class's own, as entries are counted.</summary>
public sealed class RefusalTests(ApiServer api) : IClassFixture<ApiServer>
{
    private const string Trail = "cdn:audit";

    [Fact]
    public async Task Every_unsafe_route_notes_a_refused_body_once()
    {
        var routes = Unsafe().ToList();
        Assert.NotEmpty(routes);
        var before = await api.Redis.StreamLengthAsync(Trail);
        foreach (var (place, (method, path)) in routes.Index())
        {
            // Whatever a route makes of the body, no route knows the parameter; those for sessions refuse the master before they look at it.
            var answer = await SendAsync(api.Client, method, $"{path}?nonsense=1", """{"nonsense":""");
            Assert.True(answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden, $"{method} {path}: {answer.StatusCode}");
            await LengthAsync(before + place + 1);
            var entry = await NewestAsync();
            Assert.Equal(("refused", "master"), ((string?)entry["outcome"], (string?)entry["actor"]));
            Assert.Equal($"{method} {path.TrimEnd('/')}", ((string)entry["action"]!).Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal));
        }
        // Entries come in order, so this one is after any that should not be.
        await SendAsync(api.Client, "DELETE", "/api/v1/domains/end.test", null);
        await Wait.UntilAsync("the last refusal is noted", async () => (await NewestAsync())["key"] == "end.test");
        Assert.Equal(before + routes.Count + 1, await api.Redis.StreamLengthAsync(Trail));
    }

    [Fact]
    public async Task Every_unsafe_route_notes_a_stranger_once()
    {
        using var stranger = api.Stranger();
        foreach (var (method, path) in Unsafe())
        {
            var before = await api.Redis.StreamLengthAsync(Trail);
            var answer = await SendAsync(stranger, method, path, "{}");
            if (answer.StatusCode == HttpStatusCode.Unauthorized)
                await LengthAsync(before + 1);
        }
    }

    [Theory]
    [InlineData("POST", "/api/v1/domains", """{"name":"a b"}""", "", "invalid-request: ")]
    [InlineData("POST", "/api/v1/domains", "nonsense", "", "invalid-request: the body or a parameter can't be read")]
    [InlineData("PUT", "/api/v1/domains/a.test", """{"revision":7,"origins":[{"scheme":"http","host":"h","port":1}]}""", "a.test", "precondition-failed: a.test does not exist.")]
    [InlineData("DELETE", "/api/v1/domains/nowhere.test", null, "nowhere.test", "not-found: There is no domain nowhere.test.")]
    [InlineData("PUT", "/api/v1/nodes/Bad", """{"addresses":["192.0.2.1"]}""", "Bad", "invalid-request: id")]
    [InlineData("PATCH", "/api/v1/nowhere", "{}", "", "not-found")]
    [InlineData("POST", "/api/v1/nodes/x", "{}", "", "method-not-allowed")]
    public async Task An_entry_says_which_kind_of_problem_and_of_what(string method, string path, string? body, string key, string reason)
    {
        await api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain("a.test"));
        await api.Client.DeleteAsync("/api/v1/domains/a.test");
        var before = await api.Redis.StreamLengthAsync(Trail);

        var answer = await SendAsync(api.Client, method, path, body);

        Assert.InRange((int)answer.StatusCode, 400, 499);
        await LengthAsync(before + 1);
        var entry = await NewestAsync();
        Assert.Equal(("refused", "master", key), ((string?)entry["outcome"], (string?)entry["actor"], (string?)entry["key"]));
        Assert.StartsWith(method, (string?)entry["action"], StringComparison.Ordinal);
        Assert.StartsWith(reason, (string?)entry["reason"], StringComparison.Ordinal);
        Assert.Equal(("", "", ""), ((string?)entry["before"], (string?)entry["after"], (string?)entry["change"]));
        Assert.NotEmpty((string)entry["requestId"]!);
        Assert.Equal("127.0.0.1", (string?)entry["address"]);
    }

    [Theory]
    [InlineData("domains")]
    [InlineData("nodes")]
    public async Task An_entry_has_none_of_the_field_names_of_a_patch_that_cant_be_read(string kind)
    {
        var domain = Answers.FreshDomain();
        var node = domain.Replace('.', '-');
        await (await api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain(domain))).ReadAsync(HttpStatusCode.Created);
        await (await api.Client.PutJsonAsync($"/api/v1/nodes/{node}", """{"addresses":["192.0.2.77"]}""")).ReadAsync(HttpStatusCode.Created);
        var name = kind == "nodes" ? node : domain;

        var answer = await SendAsync(api.Client, "PATCH", $"/api/v1/{kind}/{name}", """{"hunter2":1}""");

        Assert.Contains("hunter2", $"{await answer.ReadAsync(HttpStatusCode.BadRequest)}", StringComparison.Ordinal);
        await Wait.UntilAsync("the refusal is noted", async () => (await NewestAsync())["outcome"] == "refused");
        Assert.Equal((name, "invalid-request: the body or a parameter can't be read"), ((string?)(await NewestAsync())["key"], (string?)(await NewestAsync())["reason"]));
        await api.Client.DeleteAsync(new Uri($"/api/v1/nodes/{node}", UriKind.Relative));
    }

    [Fact]
    public async Task What_is_accepted_or_only_read_leaves_no_refused_entry()
    {
        var before = await api.Redis.StreamLengthAsync(Trail);
        await (await api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain(Answers.FreshDomain()))).ReadAsync(HttpStatusCode.Created);
        await (await api.Client.GetAsync("/api/v1/domains/nowhere.test")).ReadAsync(HttpStatusCode.NotFound);
        // Entries come in order, so this one is after any that should not be.
        await SendAsync(api.Client, "DELETE", "/api/v1/domains/last.test", null);
        await Wait.UntilAsync("the last refusal is noted", async () => (await NewestAsync())["key"] == "last.test");
        Assert.Equal(before + 2, await api.Redis.StreamLengthAsync(Trail));
    }

    [Fact]
    public async Task The_chain_holds_with_refused_attempts_in_it()
    {
        await SendAsync(api.Client, "DELETE", "/api/v1/domains/chain.test", null);
        await Wait.UntilAsync("the refusal is noted", async () => (await NewestAsync())["key"] == "chain.test");
        var verdict = await (await api.Client.GetAsync("/api/v1/audit/verify")).ReadAsync(HttpStatusCode.OK);
        Assert.True((bool?)verdict["valid"], $"{verdict}");
    }

    [Fact]
    public async Task A_wrong_token_is_anonymous()
    {
        using var stranger = api.Stranger();
        stranger.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "wrong");
        await SendAsync(stranger, "DELETE", "/api/v1/nodes/wrong-token", null);
        await Wait.UntilAsync("the refusal is noted", async () => (await NewestAsync())["key"] == "wrong-token");
        var entry = await NewestAsync();
        Assert.Equal("anonymous", (string?)entry["actor"]);
        Assert.StartsWith("unauthenticated", (string?)entry["reason"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_of_an_import_for_somebody_elses_domain_is_noted()
    {
        var made = await (await api.Client.PostJsonAsync(
            "/api/v1/auth/tokens", """{"name":"importer","role":"operator","domains":["*.mine.test"]}""")).ReadAsync(HttpStatusCode.Created);
        using var confined = api.Stranger();
        confined.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)made["token"]!);
        var lines = $"{Answers.Domain("a.mine.test")}\n{Answers.Domain("not-mine.test")}\n";

        var answer = await confined.PostAsync("/api/v1/domains/import", new StringContent(lines, Encoding.UTF8, "application/x-ndjson"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        // The line that is accepted may be noted after it.
        StreamEntry? noted = null;
        await Wait.UntilAsync("the line is noted", async () => (noted = await FindAsync("not-mine.test")) is not null);
        var entry = noted!.Value;
        Assert.Equal(("refused", "POST /api/v1/domains/import"), ((string?)entry["outcome"], (string?)entry["action"]));
        Assert.StartsWith("token:importer…", (string?)entry["actor"], StringComparison.Ordinal);
        Assert.Equal("forbidden: This token is not for not-mine.test.", (string?)entry["reason"]);
    }

    private IEnumerable<(string Method, string Path)> Unsafe() =>
        api.Routes(metadata => metadata.GetMetadata<AuditsItself>() is null).Where(r => r.Method is not ("GET" or "HEAD"));

    private Task LengthAsync(long length) =>
        Wait.UntilAsync($"there are {length} entries", async () => await api.Redis.StreamLengthAsync(Trail) == length);

    private async Task<StreamEntry?> FindAsync(string key) =>
        (await api.Redis.StreamRangeAsync(Trail)).Where(e => e["key"] == key).Select(e => (StreamEntry?)e).FirstOrDefault();

    private async Task<StreamEntry> NewestAsync() => (await api.Redis.StreamRangeAsync(Trail, "-", "+", 1, Order.Descending)).FirstOrDefault();

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, string method, string path, string? body) =>
        client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path)
        {
            Content = body is null ? null : new StringContent(body, Encoding.UTF8, Answers.TypeFor(path)),
        });
}

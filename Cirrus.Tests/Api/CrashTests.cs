using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Cirrus.Tests.Api.Identities;
using Cirrus.Tests.Programs;
using StackExchange.Redis;

namespace Cirrus.Tests.Api;

/// <summary>
/// An API that is killed when Redis has accepted a write and the API has not been told: the answer to the retry, at another replica, is the one
/// that the first request would have got.
/// </summary>
public sealed class CrashTests : IAsyncLifetime
{
    private const string Node = "edge-crash";

    // Only scripts that write are given this key.
    private const string InEveryWrite = "cdn:audit:head";

    private readonly string _key = Guid.NewGuid().ToString();
    private readonly string _name = Answers.FreshDomain();
    private readonly string _other = Answers.FreshDomain();
    private RedisServer _redis = null!;
    private IConnectionMultiplexer _store = null!;
    private Replica _survivor = null!;
    private HttpClient _client = null!;

    private IDatabase Db => _store.GetDatabase();

    public async Task InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        _store = await _redis.ConnectAsync();
        _survivor = Replica.Start(_redis, settings: ("Origins:AllowedNetworks:0", "127.0.0.0/8"));
        _client = _survivor.WithToken();
        // Redis knows a script once it was run: what is lost below is the answer to a write, not the news that Redis does not know the script.
        var first = Answers.FreshDomain();
        await AddDomainAsync(first);
        await (await _client.PostJsonAsync("/api/v1/purge", $$"""{"domain":"{{first}}","everything":true}""")).ReadAsync(HttpStatusCode.Accepted);
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _survivor.DisposeAsync();
        await _store.DisposeAsync();
        await _redis.DisposeAsync();
    }

    [Fact]
    public async Task A_create_is_answered_as_it_would_have_been_although_somebody_has_written_over_it_since()
    {
        await KillAfterWriteAsync("/api/v1/domains", Answers.Domain(_name));
        var created = await (await _client.GetAsync($"/api/v1/domains/{_name}")).ReadAsync(HttpStatusCode.OK);
        var change = await NewestChangeAsync();
        await (await _client.PutJsonAsync($"/api/v1/domains/{_name}", Answers.Domain(_name, 9001))).ReadAsync(HttpStatusCode.OK);

        var retry = await RetryAsync("/api/v1/domains", Answers.Domain(_name));

        Assert.True(JsonNode.DeepEquals(created, await retry.ReadAsync(HttpStatusCode.Created)));
        Assert.Equal(change, retry.Change());
        Assert.Equal($"/api/v1/domains/{_name}", retry.Headers.Location?.OriginalString);
        Assert.Equal("\"1\"", retry.Headers.ETag?.Tag);
        Assert.Equal(1, await AcceptedAsync("domain-put", change));
    }

    [Fact]
    public async Task A_rollback_is_answered_as_it_would_have_been_and_done_once()
    {
        await AddDomainAsync(_name);
        await (await _client.PutJsonAsync($"/api/v1/domains/{_name}", Answers.Domain(_name, 9001))).ReadAsync(HttpStatusCode.OK);
        var path = $"/api/v1/domains/{_name}/rollback";

        await KillAfterWriteAsync(path, """{"revision":1}""", ifMatch: "\"2\"");
        var retry = await RetryAsync(path, """{"revision":1}""", ifMatch: "\"2\"");

        var now = await (await _client.GetAsync($"/api/v1/domains/{_name}")).ReadAsync(HttpStatusCode.OK);
        Assert.True(JsonNode.DeepEquals(now, await retry.ReadAsync(HttpStatusCode.OK)));
        Assert.Equal(3, (int)now["revision"]!);
        Assert.Equal("\"3\"", retry.Headers.ETag?.Tag);
        Assert.Equal(1, await AcceptedAsync("domain-rollback", retry.Change()));
    }

    [Fact]
    public async Task A_purge_is_answered_as_it_would_have_been_and_done_once()
    {
        await AddDomainAsync(_name);
        var body = $$"""{"domain":"{{_name}}","prefixes":["/a/"]}""";

        await KillAfterWriteAsync("/api/v1/purge", body);
        var retry = await RetryAsync("/api/v1/purge", body);

        var answer = await retry.ReadAsync(HttpStatusCode.Accepted);
        var purges = await (await _client.GetAsync($"/api/v1/purge?domain={_name}")).ReadAsync(HttpStatusCode.OK);
        Assert.Equal((string?)Assert.Single(purges["items"]!.AsArray())!["id"], (string?)answer["id"]);
        Assert.Equal(_name, (string?)answer["domain"]);
        Assert.Equal(await NewestChangeAsync(), retry.Change());
        Assert.Equal(1, await AcceptedAsync("purge", retry.Change()));
    }

    [Fact]
    public async Task A_batch_of_purges_is_answered_with_all_of_them()
    {
        await AddDomainAsync(_name);
        await AddDomainAsync(_other);
        var body = $$"""{"urls":["http://{{_name}}/a","http://{{_other}}/b","http://{{_name}}/c"]}""";

        await KillAfterWriteAsync("/api/v1/purge/batch", body);
        var retry = await RetryAsync("/api/v1/purge/batch", body);

        var items = (await retry.ReadAsync(HttpStatusCode.Accepted))["items"]!.AsArray();
        Assert.Equal([_name, _other], items.Select(i => (string?)i!["domain"]));
        var entries = await Db.StreamRangeAsync("cdn:events", "-", "+", 2, Order.Descending);
        Assert.Equal(entries.Reverse().Select(e => (string?)e.Id), items.Select(i => (string?)i!["id"]));
        Assert.Equal(await NewestChangeAsync(), retry.Change());
    }

    [Fact]
    public async Task A_drain_is_answered_as_it_would_have_been_and_done_once()
    {
        await (await _client.PutJsonAsync($"/api/v1/nodes/{Node}", """{"addresses":["192.0.2.7"]}""")).ReadAsync(HttpStatusCode.Created);
        var path = $"/api/v1/nodes/{Node}/drain";

        await KillAfterWriteAsync(path, "");
        var retry = await RetryAsync(path, "");

        var node = await retry.ReadAsync(HttpStatusCode.OK);
        Assert.Equal(("draining", 2), ((string?)node["state"], (int)node["revision"]!));
        // Draining what drains already would have been no change.
        Assert.Equal(1, await AcceptedAsync("node-drain", retry.Change()));
    }

    [Fact]
    public async Task After_a_crash_the_key_still_stands_for_the_request_it_came_with()
    {
        await KillAfterWriteAsync("/api/v1/domains", Answers.Domain(_name));
        await ExpireClaimAsync();

        var problem = await (await PostAsync(_client, "/api/v1/domains", Answers.Domain(_other))).ReadAsync(HttpStatusCode.UnprocessableEntity);

        Assert.Equal("/problems/idempotency-mismatch", (string?)problem["type"]);
        await (await PostAsync(_client, "/api/v1/domains", Answers.Domain(_name))).ReadAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task An_api_that_lives_but_lost_the_answer_of_redis_answers_503_and_the_retry_as_the_first_would_have_been()
    {
        await using var relay = RedisRelay.Start(_redis);
        await using var api = Replica.Start(relay.ConnectionString, settings: ("Origins:AllowedNetworks:0", "127.0.0.0/8"));
        using var client = api.WithToken();
        await (await client.GetAsync("/api/v1/nodes")).ReadAsync(HttpStatusCode.OK);
        var kept = relay.KeepAnswerTo(InEveryWrite);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await PostAsync(client, "/api/v1/domains", Answers.Domain(_name))).StatusCode);
        await kept;
        var change = await NewestChangeAsync();
        var retry = await RetryAsync("/api/v1/domains", Answers.Domain(_name));

        await retry.ReadAsync(HttpStatusCode.Created);
        Assert.Equal(change, retry.Change());
    }

    private async Task AddDomainAsync(string name) =>
        await (await _client.PostJsonAsync("/api/v1/domains", Answers.Domain(name))).ReadAsync(HttpStatusCode.Created);

    /// <summary>Sends a request to an API that ends when Redis has accepted its write.</summary>
    private async Task KillAfterWriteAsync(string path, string body, string? ifMatch = null)
    {
        await using var relay = RedisRelay.Start(_redis);
        // It does not give up before it is killed.
        await using var api = await ApiProcess.StartAsync(relay.ConnectionString + ",syncTimeout=60000,asyncTimeout=60000");
        var before = await Db.StreamLengthAsync("cdn:audit");
        var kept = relay.KeepAnswerTo(InEveryWrite);
        var answer = PostAsync(api.Client, path, body, ifMatch);
        await kept;
        await Wait.UntilAsync("the write is accepted", async () => await Db.StreamLengthAsync("cdn:audit") > before);
        Assert.False(answer.IsCompleted);
        await api.KillAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => answer);
    }

    /// <summary>What the other replica answers: first that it must wait, and when the claim has run out the same each time, without another write.</summary>
    private async Task<HttpResponseMessage> RetryAsync(string path, string body, string? ifMatch = null)
    {
        await (await PostAsync(_client, path, body, ifMatch)).ReadAsync(HttpStatusCode.Conflict);
        await ExpireClaimAsync();
        var events = await Db.StreamLengthAsync("cdn:events");

        var (retry, again) = (await PostAsync(_client, path, body, ifMatch), await PostAsync(_client, path, body, ifMatch));

        Assert.All([retry, again], r => Assert.Equal("true", Assert.Single(r.Headers.GetValues("Idempotent-Replayed"))));
        Assert.Equal(await retry.Content.ReadAsStringAsync(), await again.Content.ReadAsStringAsync());
        Assert.Equal(retry.Change(), again.Change());
        Assert.Equal(events, await Db.StreamLengthAsync("cdn:events"));
        return retry;
    }

    // As half a minute would.
    private async Task ExpireClaimAsync()
    {
        var claim = _store.GetServers()[0].Keys(pattern: "cdn:idempotency:*").Single(k => !((string)k!).EndsWith(":writes", StringComparison.Ordinal));
        await Db.KeyExpireAsync(claim, TimeSpan.FromMilliseconds(1));
        await Wait.UntilAsync("the claim has run out", async () => !await Db.KeyExistsAsync(claim));
    }

    private async Task<string> NewestChangeAsync() => (await Db.StreamRangeAsync("cdn:events", "-", "+", 1, Order.Descending))[0].Id!;

    /// <summary>How many entries the audit trail has of an accepted write.</summary>
    private async Task<int> AcceptedAsync(string action, string change) =>
        (await Db.StreamRangeAsync("cdn:audit")).Count(e => e["action"] == action && e["change"] == change && e["outcome"] == "accepted");

    private Task<HttpResponseMessage> PostAsync(HttpClient client, string path, string body, string? ifMatch = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path);
        if (body.Length > 0)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.Add("Idempotency-Key", _key);
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return client.SendAsync(request);
    }
}

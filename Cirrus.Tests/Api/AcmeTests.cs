using System.Net;
using System.Text.Json.Nodes;
using Cirrus.Core.Acme;
using Cirrus.Core.Certificates;
using Cirrus.Core.Redis;
using Cirrus.Core.Steering;
using StackExchange.Redis;

namespace Cirrus.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class AcmeTests(ApiServer api)
{
    private const string Zone = "cdn.local.test";

    [Fact]
    public async Task Asking_for_a_certificate_makes_the_domain_want_it_and_puts_it_into_the_queue()
    {
        var name = await CreateAsync();
        var bell = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await api.Store.GetSubscriber().SubscribeAsync(RedisChannel.Literal(RedisKeys.AcmeBell), (_, domain) =>
        {
            if (domain == name)
                bell.TrySetResult(domain!);
        });

        var response = await AskAsync(name);

        var answer = await response.ReadAsync(HttpStatusCode.Accepted);
        Assert.Equal($"/api/v1/domains/{name}/acme", response.Headers.Location?.ToString());
        Assert.Equal(($"/api/v1/domains/{name}/acme", name, "queued", "master"),
            ((string?)answer["self"], (string?)answer["domain"], (string?)answer["status"], (string?)answer["requestedBy"]));
        Assert.Equal(Records(name), answer["records"]!.ToJsonString());
        Assert.Equal("\"2\"", response.Headers.ETag?.ToString());
        Assert.NotNull(await api.Redis.SortedSetScoreAsync(RedisKeys.AcmeDue, name));
        await bell.Task.WaitAsync(TimeSpan.FromSeconds(10));
        var tls = (await (await api.Client.GetAsync($"/api/v1/domains/{name}")).ReadAsync(HttpStatusCode.OK))["tls"]!;
        Assert.Equal(("acme", false), ((string?)tls["certificate"], (bool?)tls["holdDns"]));

        var change = Assert.Single(await api.Redis.StreamRangeAsync(RedisKeys.Events, response.Change(), response.Change()));
        Assert.Equal(("domain-put", name), ((string)change["type"]!, (string)change["key"]!));
        Assert.Equal(["domain-put", "acme-request"], await ActionsAsync(response));
        Assert.True(JsonNode.DeepEquals(answer, await StatusAsync(name)));
    }

    [Fact]
    public async Task Asking_again_changes_nothing_but_who_asked_is_in_the_audit_trail()
    {
        var name = await CreateAsync("""{"certificate":"acme","redirect":true}""");
        var events = await api.Redis.StreamLengthAsync(RedisKeys.Events);
        var first = await AskAsync(name);
        await first.ReadAsync(HttpStatusCode.Accepted);
        var second = await AskAsync(name);
        await second.ReadAsync(HttpStatusCode.Accepted);

        Assert.False(second.Headers.Contains("Cirrus-Change"));
        Assert.Equal(events, await api.Redis.StreamLengthAsync(RedisKeys.Events));
        Assert.Equal(["acme-request"], await ActionsAsync(first));
        Assert.Equal(["acme-request"], await ActionsAsync(second));
        Assert.Equal("\"1\"", second.Headers.ETag?.ToString());
    }

    [Fact]
    public async Task What_is_under_way_goes_on_and_is_not_doubled()
    {
        var name = await CreateAsync("""{"certificate":"acme"}""");
        var running = new AcmeStatus(
            AcmePhase.Running, AcmeStep.Validate, DateTimeOffset.FromUnixTimeMilliseconds(1_767_323_045_000), "", "", "pebble", 0,
            DateTimeOffset.FromUnixTimeMilliseconds(1_767_323_045_000), "", "user:ada");
        await WriteAsync(name, running);

        var response = await AskAsync(name);

        var answer = await response.ReadAsync(HttpStatusCode.Accepted);
        Assert.Equal(("running", "validate", "pebble", "user:ada"),
            ((string?)answer["status"], (string?)answer["step"], (string?)answer["authority"], (string?)answer["requestedBy"]));
        Assert.Equal(["acme-request"], await ActionsAsync(response));
        Assert.Equal(1_767_323_045_000, await api.Redis.SortedSetScoreAsync(RedisKeys.AcmeDue, name));
    }

    [Fact]
    public async Task What_the_workers_put_into_the_queue_on_their_own_is_no_request_of_anybodys()
    {
        var name = await CreateAsync("""{"certificate":"acme"}""");
        await (await AskAsync(name)).ReadAsync(HttpStatusCode.Accepted);
        Assert.True(await new AcmeStatusStore(api.Store).QueueAsync(name, "", DateTimeOffset.UtcNow));
        Assert.Equal("master", (string?)(await StatusAsync(name))["requestedBy"]);
        Assert.Equal(
            ["domain-put", "acme-request"],
            (await api.Redis.StreamRangeAsync(RedisKeys.Audit)).Where(e => e["key"] == name).Select(e => (string)e["action"]!));
    }

    [Fact]
    public async Task The_records_are_one_for_each_name_and_a_wildcard_shares_that_of_its_parent()
    {
        var parent = Answers.FreshDomain();
        var name = $"*.{parent}";
        await (await api.Client.PostJsonAsync("/api/v1/domains", Body(name, $$"""{"alternativeNames":["{{parent}}","*.img.{{parent}}"]}""")))
            .ReadAsync(HttpStatusCode.Created);
        var before = await StatusAsync(name);
        Assert.Equal((null, Records(parent, $"img.{parent}")), ((string?)before["status"], before["records"]!.ToJsonString()));
        var answer = await (await AskAsync(name)).ReadAsync(HttpStatusCode.Accepted);
        Assert.Equal(Records(parent, $"img.{parent}"), answer["records"]!.ToJsonString());
    }

    [Fact]
    public async Task A_condition_that_does_not_hold_leaves_nothing_queued()
    {
        foreach (var tls in new[] { "null", """{"certificate":"acme"}""" })
        {
            var name = await CreateAsync(tls);
            await (await AskAsync(name, "\"7\"")).ReadAsync(HttpStatusCode.PreconditionFailed);
            Assert.Null((await StatusAsync(name))["status"]);
            Assert.Null(await api.Redis.SortedSetScoreAsync(RedisKeys.AcmeDue, name));
            await (await AskAsync(name, "\"1\"")).ReadAsync(HttpStatusCode.Accepted);
        }
    }

    [Fact]
    public async Task A_failure_is_told_in_words_and_with_what_the_authority_said()
    {
        var name = await CreateAsync("""{"certificate":"acme"}""");
        var at = DateTimeOffset.FromUnixTimeMilliseconds(1_767_323_045_000);
        var failed = new AcmeStatus(
            AcmePhase.Failed, AcmeStep.Order, at, "The authority refuses the name.",
            """{"type":"urn:ietf:params:acme:error:rejectedIdentifier","status":400,"subproblems":[{"identifier":{"type":"dns","value":"x"}}]}""",
            "pebble", 3, at.AddHours(1), "Failures back off.", "master");
        await WriteAsync(name, failed);

        var shown = await StatusAsync(name);
        Assert.Equal(("failed", "order", failed.Error, "pebble", 3, failed.Reason),
            ((string?)shown["status"], (string?)shown["step"], (string?)shown["error"], (string?)shown["authority"], (int?)shown["failures"], (string?)shown["reason"]));
        Assert.Equal((at, at.AddHours(1)), ((DateTimeOffset?)shown["since"], (DateTimeOffset?)shown["next"]));
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(failed.Problem), shown["problem"]));

        // What is no JSON object, or one too deep to be shown, is shown as the text it is.
        foreach (var text in new[] { "<html>502</html>", "[]", string.Concat(Enumerable.Repeat("{\"a\":", 20)) + "1" + new string('}', 20) })
        {
            await WriteAsync(name, failed with { Problem = text });
            Assert.Equal(text, (string?)(await StatusAsync(name))["problem"]!["text"]);
        }
    }

    [Fact]
    public async Task A_retry_with_its_key_asks_once()
    {
        var name = await CreateAsync("""{"certificate":"acme"}""");
        var answers = new List<string>();
        foreach (var _ in Enumerable.Range(0, 2))
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/domains/{name}/acme");
            request.Headers.Add("Idempotency-Key", $"ask-{name}");
            answers.Add((await (await api.Client.SendAsync(request)).ReadAsync(HttpStatusCode.Accepted)).ToJsonString());
        }
        Assert.Equal(answers[0], answers[1]);
        var entries = (await api.Redis.StreamRangeAsync(RedisKeys.Audit)).Where(e => e["key"] == name).Select(e => (string)e["action"]!);
        Assert.Equal(["domain-put", "acme-request"], entries);
    }

    [Fact]
    public async Task Without_its_domain_nothing_is_asked_for()
    {
        var name = Answers.FreshDomain();
        await (await AskAsync(name)).ReadAsync(HttpStatusCode.NotFound);
        await (await api.Client.GetAsync($"/api/v1/domains/{name}/acme")).ReadAsync(HttpStatusCode.NotFound);
        Assert.False(await api.Redis.KeyExistsAsync(RedisKeys.AcmeStatus(name)));
    }

    [Fact]
    public async Task A_deleted_domain_leaves_nothing_in_the_queue()
    {
        var name = await CreateAsync();
        await (await AskAsync(name)).ReadAsync(HttpStatusCode.Accepted);
        await api.Client.DeleteAsync($"/api/v1/domains/{name}");
        Assert.Null(await api.Redis.SortedSetScoreAsync(RedisKeys.AcmeDue, name));
        Assert.False(await api.Redis.KeyExistsAsync(RedisKeys.AcmeStatus(name)));
    }

    // As a worker does.
    private async Task WriteAsync(string name, AcmeStatus status)
    {
        var lease = new AcmeTaskStore(api.Store, KeySealing.Parse(null)).Lease(name, TimeSpan.FromMinutes(1));
        Assert.True(await lease.HoldAsync());
        Assert.True(await new AcmeStatusStore(api.Store).WriteAsync(name, status, lease));
        await lease.ReleaseAsync();
    }

    private Task<HttpResponseMessage> AskAsync(string name, string? ifMatch = null) =>
        api.Client.SendJsonAsync(HttpMethod.Post, $"/api/v1/domains/{name}/acme", ifMatch: ifMatch);

    private async Task<JsonNode> StatusAsync(string name) => await (await api.Client.GetAsync($"/api/v1/domains/{name}/acme")).ReadAsync(HttpStatusCode.OK);

    private async Task<IEnumerable<string>> ActionsAsync(HttpResponseMessage response)
    {
        var id = Assert.Single(response.Headers.GetValues("X-Request-Id"));
        return (await api.Redis.StreamRangeAsync(RedisKeys.Audit)).Where(e => e["requestId"] == id).Select(e => (string)e["action"]!);
    }

    private async Task<string> CreateAsync(string tls = "null")
    {
        var name = Answers.FreshDomain();
        await (await api.Client.PostJsonAsync("/api/v1/domains", Body(name, tls))).ReadAsync(HttpStatusCode.Created);
        return name;
    }

    private static string Body(string name, string tls) => Answers.Domain(name)[..^1] + $",\"tls\":{tls}}}";

    private static string Records(params string[] names) => $"[{string.Join(',', names.Select(n =>
        $$"""{"name":"_acme-challenge.{{n}}.","type":"CNAME","value":"_acme-challenge.{{AccessName.For(n, Zone)}}."}"""))}]";
}

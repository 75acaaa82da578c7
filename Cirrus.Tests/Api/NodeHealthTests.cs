using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Cirrus.Core.Nodes;
using Cirrus.Core.Redis;
using Cirrus.Tests.Core;

namespace Cirrus.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class NodeHealthTests(ApiServer api)
{
    [Fact]
    public async Task Turns_are_shown_newest_first_in_pages_with_what_each_worker_sees()
    {
        var id = await NodeAsync();
        var store = new NodeStore(api.Store);
        await store.SetHealthAsync(id, NodeHealth.Up, "", DateTimeOffset.UtcNow);
        var evidence = new HealthEvidence(1, 2, 3, TimeSpan.FromMilliseconds(1.5));
        var fell = await store.SetHealthAsync(id, NodeHealth.Down, "connection refused (seen by 2 of 3 workers)", DateTimeOffset.UtcNow, evidence: evidence);
        await store.SetHealthAsync(id, NodeHealth.Up, "", DateTimeOffset.UtcNow);
        await new VoteStore(api.Store).CastAsync(
            $"worker-of-{id}", 1, [new(id, new Vote(NodeHealth.Down, "connection refused", "0-0", "here"))], all: true, TimeSpan.FromMinutes(1));

        var first = await GetAsync($"{id}/health?limit=2");
        Assert.Equal("up", (string?)first["status"]!["health"]);
        var vote = first["votes"]!.AsArray().Single(v => (string?)v!["worker"] == $"worker-of-{id}")!;
        Assert.Equal(("down", "connection refused"), ((string?)vote["health"], (string?)vote["error"]));
        Assert.Equal(["up", "down"], first["items"]!.AsArray().Select(t => (string?)t!["health"]));
        var turn = first["items"]![1]!;
        Assert.Equal(fell.ToString(), (string?)turn["change"]);
        Assert.Equal("connection refused (seen by 2 of 3 workers)", (string?)turn["reason"]);
        Assert.Equal(1.5, (double?)turn["latencyMilliseconds"]);
        Assert.Equal("""{"up":1,"down":2,"workers":3}""", turn["votes"]!.ToJsonString());

        var second = await GetAsync($"{id}/health?limit=2&after={first["next"]}");
        Assert.Null(Assert.Single(second["items"]!.AsArray())!["reason"]);
        Assert.Null(second["next"]);
        Assert.Empty((await GetAsync($"{id}/health?since=2999-01-01T00:00:00Z"))["items"]!.AsArray());
    }

    [Fact]
    public async Task Latencies_are_shown_newest_first_in_pages()
    {
        var id = await NodeAsync();
        var history = new HealthHistory(api.Store);
        var lease = new Lease(api.Store, $"test-{id}", TimeSpan.FromMinutes(1));
        Assert.True(await lease.HoldAsync());
        foreach (var milliseconds in new[] { 1, 2, 3 })
        {
            var time = TimeSpan.FromMilliseconds(milliseconds);
            await history.RecordAsync(id, new ProbeLatency(60, 1, time, time * 2, time * 3), lease);
        }
        await history.RecordAsync(id, new ProbeLatency(60, 60, default, default, default), lease);

        var first = await GetAsync($"{id}/latency?limit=2");
        Assert.Equal([null, 3.0], first["items"]!.AsArray().Select(l => (double?)l!["leastMilliseconds"]));
        var second = await GetAsync($"{id}/latency?after={first["next"]}");
        Assert.Equal([4.0, 2.0], second["items"]!.AsArray().Select(l => (double?)l!["medianMilliseconds"]));
        Assert.Null(second["next"]);
    }

    [Theory]
    [InlineData("health?after=x", "after")]
    [InlineData("health?after=0-0", "after")]
    [InlineData("health?since=yesterday", "since")]
    [InlineData("health?limit=0", "limit")]
    [InlineData("latency?limit=1441", "limit")]
    [InlineData("latency?before=1-0", "before")]
    public async Task Bad_input_names_the_parameter(string query, string parameter) =>
        Assert.Equal([parameter], await (await api.Client.GetAsync($"/api/v1/nodes/{await NodeAsync()}/{query}")).InvalidFieldsAsync());

    [Theory]
    [InlineData("health")]
    [InlineData("latency")]
    public async Task A_node_that_is_not_there_has_none(string what) =>
        await (await api.Client.GetAsync($"/api/v1/nodes/no-such-node/{what}")).ReadAsync(HttpStatusCode.NotFound);

    private async Task<string> NodeAsync()
    {
        var id = $"n{Guid.NewGuid():N}";
        await (await api.Client.PutJsonAsync($"/api/v1/nodes/{id}", $$"""{"addresses":["{{StoreFixture.NewAddress()}}"]}""")).ReadAsync(HttpStatusCode.Created);
        return id;
    }

    private async Task<JsonNode> GetAsync(string path) => (await api.Client.GetFromJsonAsync<JsonNode>($"/api/v1/nodes/{path}"))!;
}

using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;
using Cirrus.Core.Secondaries;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Api;

/// <summary>With a Redis of its own: a receipt lists every node there is.</summary>
public sealed class ReceiptTests : IAsyncLifetime
{
    private readonly ApiServer _api = new();
    private AppliedLog _applied = null!;
    private string _change = "";

    public async Task InitializeAsync()
    {
        await _api.InitializeAsync();
        _applied = new AppliedLog(_api.Store);
        await PutNodeAsync("edge-1", "192.0.2.1");
        await PutNodeAsync("edge-2", "192.0.2.2");
        await new SecondaryStore(_api.Store).PutAsync(new Secondary("ns1", "192.0.2.53", 53, 7, Reachable: true, DateTimeOffset.UtcNow));
        _change = (await _api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain("www.receipt.test"))).Change();
    }

    public Task DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task A_receipt_lists_every_node_and_secondary()
    {
        await NodeAppliesAsync("edge-1");

        var receipt = await ReceiptAsync("");

        Assert.False((bool)receipt["applied"]!);
        Assert.Equal("domain-put", (string?)receipt["type"]);
        Assert.Equal("www.receipt.test", (string?)receipt["key"]);
        Assert.Equal([true, false], receipt["nodes"]!.AsArray().Select(n => (bool)n!["applied"]!));
        Assert.InRange((long)receipt["nodes"]![0]!["milliseconds"]!, 0, 60_000);
        Assert.Null(receipt["nodes"]![1]!["milliseconds"]);
        Assert.False((bool)receipt["secondaries"]![0]!["applied"]!);
    }

    [Fact]
    public async Task Waiting_ends_as_soon_as_all_have_applied()
    {
        var watch = Stopwatch.StartNew();
        var waiting = ReceiptAsync("?wait=applied&timeout=30s");
        await NodeAppliesAsync("edge-1");
        await NodeAppliesAsync("edge-2");
        Assert.False(waiting.IsCompleted);

        await _applied.RecordSecondaryAsync("ns1", ChangeId.Parse(_change), DateTimeOffset.UtcNow);

        Assert.True((bool)(await waiting)["applied"]!);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{watch.Elapsed}");
    }

    [Fact]
    public async Task Waiting_ends_with_the_time_given()
    {
        var receipt = await ReceiptAsync("?wait=applied&timeout=300ms");
        Assert.False((bool)receipt["applied"]!);
    }

    [Fact]
    public async Task A_later_change_applied_means_this_one_too()
    {
        var later = (await _api.Client.PutJsonAsync("/api/v1/domains/www.receipt.test", Answers.Domain("www.receipt.test"))).Change();
        await _applied.RecordNodeAsync("edge-1", ChangeId.Parse(later), DateTimeOffset.UtcNow);

        var receipt = await ReceiptAsync("");

        Assert.True((bool)receipt["nodes"]![0]!["applied"]!);
    }

    [Fact]
    public async Task A_node_that_is_down_and_a_secondary_out_of_reach_are_listed_but_not_waited_for()
    {
        await NodeAppliesAsync("edge-1");
        await new NodeStore(_api.Store).SetHealthAsync("edge-2", NodeHealth.Down, "connection refused", DateTimeOffset.UtcNow);
        await new SecondaryStore(_api.Store).PutAsync(new Secondary("ns1", "192.0.2.53", 53, 7, Reachable: false, DateTimeOffset.UtcNow));

        var receipt = await ReceiptAsync("?wait=applied&timeout=30s");

        Assert.True((bool)receipt["applied"]!);
        Assert.False((bool)receipt["nodes"]![1]!["applied"]!);
        Assert.Equal("down", (string?)receipt["nodes"]![1]!["health"]);
        Assert.False((bool)receipt["secondaries"]![0]!["applied"]!);
    }

    [Fact]
    public async Task Of_domains_a_token_confined_to_others_learns_nothing()
    {
        var purge = (await _api.Client.PostJsonAsync("/api/v1/purge", """{"domain":"www.receipt.test","everything":true}""")).Change();
        foreach (var (domain, status) in new[] { ("other.test", HttpStatusCode.NotFound), ("*.receipt.test", HttpStatusCode.OK) })
        {
            var made = await (await _api.Client.PostJsonAsync(
                "/api/v1/auth/tokens", $$"""{"name":"ci","role":"viewer","domains":["{{domain}}"]}""")).ReadAsync(HttpStatusCode.Created);
            using var confined = _api.Stranger();
            confined.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)made["token"]!);
            foreach (var path in new[] { $"changes/{_change}", $"changes/{purge}?wait=applied&timeout=250ms", $"purge/{purge}" })
            {
                var answer = await confined.GetAsync($"/api/v1/{path}");
                Assert.True(answer.StatusCode == status, $"{path} with {domain}: {answer.StatusCode}");
                var body = await answer.Content.ReadAsStringAsync();
                Assert.Equal(status == HttpStatusCode.OK, body.Contains("www.receipt.test", StringComparison.Ordinal));
            }
        }
    }

    private Task NodeAppliesAsync(string id) => _applied.RecordNodeAsync(id, ChangeId.Parse(_change), DateTimeOffset.UtcNow);

    private async Task PutNodeAsync(string id, string address) => await (await _api.Client.PutJsonAsync(
        $"/api/v1/nodes/{id}", $$"""{"addresses":["{{address}}"]}""")).ReadAsync(HttpStatusCode.Created);

    private async Task<JsonNode> ReceiptAsync(string query) =>
        (await _api.Client.GetFromJsonAsync<JsonNode>($"/api/v1/changes/{_change}{query}"))!;
}

using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Cirrus.Core.Audit;
using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;
using Cirrus.Core.Redis;
using Cirrus.Tests.Core;

namespace Cirrus.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class NodeQuarantineTests(ApiServer api) : IAsyncLifetime
{
    private readonly string _path = $"/api/v1/nodes/n{Guid.NewGuid():N}";
    private readonly string _address = StoreFixture.NewAddress();

    private string Id => _path.Split('/')[^1];

    public async Task InitializeAsync() =>
        await (await api.Client.PutJsonAsync(_path, $$"""{"addresses":["{{_address}}"]}""")).ReadAsync(HttpStatusCode.Created);

    public Task DisposeAsync() => api.Client.DeleteAsync(_path);

    [Fact]
    public async Task A_node_stays_in_quarantine_with_its_reason_until_it_is_released()
    {
        var taken = await PostAsync("quarantine", """{"reason":"Its disk fails."}""");
        Assert.Equal("quarantined", (string?)taken["state"]);
        Assert.Equal("Its disk fails.", (string?)taken["quarantine"]!["reason"]);
        Assert.Equal("master", (string?)taken["quarantine"]!["by"]);
        Assert.False((bool)taken["quarantine"]!["automatic"]!);

        // The same again is no change; another reason is one.
        Assert.Equal((int)taken["revision"]!, (int)(await PostAsync("quarantine", """{"reason":"Its disk fails."}"""))["revision"]!);
        Assert.Equal("Worse.", (string?)(await PostAsync("quarantine", """{"reason":"Worse."}"""))["quarantine"]!["reason"]);

        // Whoever writes the document, as programs do again and again, does not end it.
        var written = await (await api.Client.PutJsonAsync(_path, $$"""{"addresses":["{{_address}}"],"weight":7}""")).ReadAsync(HttpStatusCode.OK);
        Assert.Equal(("quarantined", "Worse.", 7), ((string?)written["state"], (string?)written["quarantine"]!["reason"], (int)written["weight"]!));
        await (await api.Client.PutJsonAsync(_path, written.ToJsonString())).ReadAsync(HttpStatusCode.OK);
        var refused = await (await api.Client.PutJsonAsync(_path, $$"""{"addresses":["{{_address}}"],"state":"active"}""")).ReadAsync(HttpStatusCode.Conflict);
        Assert.NotNull(refused["errors"]!["state"]);
        await (await api.Client.SendJsonAsync(HttpMethod.Patch, _path, """{"state":"draining"}""")).ReadAsync(HttpStatusCode.Conflict);

        var released = await PostAsync("release", null);
        Assert.Equal("active", (string?)released["state"]);
        Assert.Null(released["quarantine"]);
        var again = await api.Client.PostAsync($"{_path}/release", null);
        await again.ReadAsync(HttpStatusCode.OK);
        Assert.False(again.Headers.Contains("Cirrus-Change"));

        var actions = (await new AuditTrail(api.Store).SearchAsync(new AuditSearch { Key = Id, Outcome = "accepted" }, 50)).Items.Select(e => e.Action);
        Assert.Equal(["node-release", "node-put", "node-put", "node-quarantine", "node-quarantine", "node-put"], actions);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"reason":""}""")]
    public async Task A_reason_is_required(string body) =>
        Assert.Equal(["reason"], await (await api.Client.PostJsonAsync($"{_path}/quarantine", body)).InvalidFieldsAsync());

    [Fact]
    public async Task Nobody_writes_a_node_into_quarantine_without_a_reason() =>
        await (await api.Client.SendJsonAsync(HttpMethod.Patch, _path, """{"state":"quarantined"}""")).ReadAsync(HttpStatusCode.Conflict);

    [Fact]
    public async Task A_node_is_drained_when_the_last_answer_has_run_out()
    {
        await PostAsync("drain", null);
        await AssertDrainedAsync(false, null);
        var lease = new Lease(api.Store, $"test:{Id}", TimeSpan.FromMinutes(1));
        Assert.True(await lease.HoldAsync());
        var nodes = new NodeStore(api.Store);
        var absence = new Absence(new ChangeId(5, 0), 60, null);
        await nodes.RecordAbsenceAsync(Id, absence, lease);
        await AssertDrainedAsync(false, null);
        var soon = DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.UtcNow.AddMinutes(1).ToUnixTimeMilliseconds());
        await nodes.RecordAbsenceAsync(Id, absence with { Over = soon }, lease);
        await AssertDrainedAsync(false, soon);
        await nodes.RecordAbsenceAsync(Id, absence with { Over = soon.AddMinutes(-2) }, lease);
        await AssertDrainedAsync(true, soon.AddMinutes(-2));

        // Of a node that is to be named nobody asks that.
        await PostAsync("activate", null);
        await AssertDrainedAsync(null, null);
        await nodes.RecordAbsenceAsync(Id, null, lease);
        Assert.Null((await nodes.FindAsync(Id))!.Status.Absence);
    }

    private async Task AssertDrainedAsync(bool? drained, DateTimeOffset? at)
    {
        var node = (await api.Client.GetFromJsonAsync<JsonNode>(_path))!;
        Assert.Equal((drained, at), ((bool?)node["drained"], (DateTimeOffset?)node["drainedAt"]));
    }

    private async Task<JsonNode> PostAsync(string verb, string? body) => await (body is null
        ? await api.Client.PostAsync($"{_path}/{verb}", null)
        : await api.Client.PostJsonAsync($"{_path}/{verb}", body)).ReadAsync(HttpStatusCode.OK);
}

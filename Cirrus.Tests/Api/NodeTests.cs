using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Cirrus.Core.Nodes;
using Cirrus.Tests.Core;

namespace Cirrus.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class NodeTests(ApiServer api)
{
    private static string Body => $$"""{"addresses":["{{StoreFixture.NewAddress()}}"],"weight":100,"region":"local"}""";

    [Fact]
    public async Task A_node_is_put_read_listed_and_deleted()
    {
        var id = FreshId();
        var put = await api.Client.PutJsonAsync($"/api/v1/nodes/{id}", Body);
        var created = await put.ReadAsync(HttpStatusCode.Created);
        Assert.Equal("unknown", (string?)created["status"]!["health"]);
        Assert.NotEmpty(put.Change());

        var list = await api.Client.GetFromJsonAsync<JsonNode>("/api/v1/nodes");
        Assert.Contains(list!["items"]!.AsArray(), n => (string?)n!["id"] == id);

        var deleted = await api.Client.DeleteAsync($"/api/v1/nodes/{id}");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.NotEmpty(deleted.Change());
        await (await api.Client.GetAsync($"/api/v1/nodes/{id}")).ReadAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_node_shows_what_the_workers_saw_of_it()
    {
        var id = FreshId();
        var change = (await api.Client.PutJsonAsync($"/api/v1/nodes/{id}", Body)).Change();
        var store = new NodeStore(api.Store);
        await store.SetHealthAsync(id, NodeHealth.Down, "connection refused", DateTimeOffset.UtcNow);
        await store.RecordProbeAsync(id, "connection refused", Cirrus.Core.Changes.ChangeId.Parse(change), "0.1.0", DateTimeOffset.UtcNow);

        var status = (await api.Client.GetFromJsonAsync<JsonNode>($"/api/v1/nodes/{id}"))!["status"]!;

        Assert.Equal("down", (string?)status["health"]);
        Assert.Equal("connection refused", (string?)status["error"]);
        Assert.Equal(change, (string?)status["appliedChange"]);
    }

    [Fact]
    public async Task What_was_read_can_be_written_back()
    {
        var id = FreshId();
        await api.Client.PutJsonAsync($"/api/v1/nodes/{id}", Body);
        var read = await api.Client.GetStringAsync($"/api/v1/nodes/{id}");
        var written = await (await api.Client.PutJsonAsync($"/api/v1/nodes/{id}", read)).ReadAsync(HttpStatusCode.OK);
        Assert.Equal(2, (int?)written["revision"]);
    }

    [Theory]
    [InlineData("""{}""", "addresses")]
    [InlineData("""{"addresses":[]}""", "addresses")]
    [InlineData("""{"addresses":["example.com"]}""", "addresses[0]")]
    [InlineData("""{"addresses":["127.1"]}""", "addresses[0]")]
    [InlineData("""{"addresses":["010.0.0.1"]}""", "addresses[0]")]
    [InlineData("""{"addresses":["[2001:db8::1]:80"]}""", "addresses[0]")]
    [InlineData("""{"addresses":["fe80::1%1"]}""", "addresses[0]")]
    [InlineData("""{"addresses":["0.0.0.0"]}""", "addresses[0]")]
    [InlineData("""{"addresses":["::ffff:192.0.2.1"]}""", "addresses[0]")]
    [InlineData("""{"addresses":["192.0.2.1","192.0.2.1"]}""", "addresses[1]")]
    [InlineData("""{"addresses":["192.0.2.1"],"weight":0}""", "weight")]
    [InlineData("""{"addresses":["192.0.2.1"],"region":"Ä"}""", "region")]
    [InlineData("""{"addresses":["192.0.2.1"],"pools":[]}""", "pools")]
    [InlineData("""{"addresses":["192.0.2.1"],"pools":["a","B"]}""", "pools[1]")]
    [InlineData("""{"addresses":["192.0.2.1"],"pools":["a","a"]}""", "pools[1]")]
    [InlineData("""{"addresses":["192.0.2.1"],"state":"asleep"}""", "state")]
    [InlineData("""{"addresses":["192.0.2.1"],"state":1}""", "state")]
    [InlineData("""{"addresses":["192.0.2.1"],"state":"1"}""", "state")]
    [InlineData("""{"addresses":["192.0.2.1"],"port":80}""", "port")]
    [InlineData("""{"addresses":["192.0.2.1"],"id":"other"}""", "id")]
    public async Task Bad_input_names_the_field(string body, string field)
    {
        var id = FreshId();
        Assert.Equal([field], await (await api.Client.PutJsonAsync($"/api/v1/nodes/{id}", body)).InvalidFieldsAsync());
        await (await api.Client.GetAsync($"/api/v1/nodes/{id}")).ReadAsync(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("\"asleep\"")]
    [InlineData("1")]
    public async Task A_state_that_is_none_is_answered_with_those_there_are(string state)
    {
        var answer = await api.Client.PutJsonAsync($"/api/v1/nodes/{FreshId()}", $$"""{"addresses":["192.0.2.1"],"state":{{state}}}""");

        var problem = await answer.ReadAsync(HttpStatusCode.BadRequest);
        Assert.Equal("This is one of: active, draining, disabled, quarantined.", (string?)problem["errors"]!["state"]![0]);
    }

    [Theory]
    [InlineData("Edge")]
    [InlineData("1edge")]
    [InlineData("edge%20one")]
    [InlineData("edge-")]
    public async Task A_bad_id_is_refused(string id) =>
        Assert.Equal(["id"], await (await api.Client.PutJsonAsync($"/api/v1/nodes/{id}", Body)).InvalidFieldsAsync());

    private static string FreshId() => $"n{Guid.NewGuid():N}";
}

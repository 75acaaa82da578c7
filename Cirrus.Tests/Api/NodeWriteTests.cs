using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Cirrus.Core.Nodes;
using Cirrus.Tests.Core;
using StackExchange.Redis;

namespace Cirrus.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class NodeWriteTests(ApiServer api)
{
    [Fact]
    public async Task A_write_on_another_revision_is_refused()
    {
        var path = await NodeAsync();
        Assert.Equal("\"1\"", (await api.Client.GetAsync(path)).Headers.ETag?.Tag);

        var patched = await api.Client.SendAsync(HttpMethod.Patch, path, "\"1\"", """{"weight":5}""");
        Assert.Equal("\"2\"", patched.Headers.ETag?.Tag);
        foreach (var (method, suffix, body) in new[] { (HttpMethod.Patch, "", """{"weight":6}"""), (HttpMethod.Put, "", Body()), (HttpMethod.Delete, "", null), (HttpMethod.Post, "/drain", null) })
            await (await api.Client.SendAsync(method, path + suffix, "\"1\"", body)).ReadAsync(HttpStatusCode.PreconditionFailed);

        Assert.Equal(5, (int)(await api.Client.GetFromJsonAsync<JsonNode>(path))!["weight"]!);
        Assert.Equal(HttpStatusCode.NoContent, (await api.Client.SendAsync(HttpMethod.Delete, path, "\"2\"")).StatusCode);
    }

    [Fact]
    public async Task Only_a_node_that_does_not_exist_is_created_with_If_None_Match()
    {
        var path = await NodeAsync();
        var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = JsonContent.Create(JsonNode.Parse(Body())) };
        request.Headers.TryAddWithoutValidation("If-None-Match", "*");
        await (await api.Client.SendAsync(request)).ReadAsync(HttpStatusCode.PreconditionFailed);
    }

    [Fact]
    public async Task A_patch_changes_what_it_names_and_null_restores_the_default()
    {
        var path = await NodeAsync();
        var before = (await api.Client.GetFromJsonAsync<JsonNode>(path))!;

        var patched = await (await api.Client.PatchJsonAsync(path, """{"weight":7,"region":"north"}""")).ReadAsync(HttpStatusCode.OK);
        Assert.Equal((7, "north", 2), ((int)patched["weight"]!, (string)patched["region"]!, (int)patched["revision"]!));
        Assert.Equal(before["addresses"]!.ToJsonString(), patched["addresses"]!.ToJsonString());

        var restored = await (await api.Client.PatchJsonAsync(path, """{"weight":null}""")).ReadAsync(HttpStatusCode.OK);
        Assert.Equal((100, "north"), ((int)restored["weight"]!, (string)restored["region"]!));
    }

    [Theory]
    [InlineData("""{"weight":0}""", "weight")]
    [InlineData("""{"weight":"5"}""", "weight")]
    [InlineData("""{"addresses":null}""", "addresses")]
    [InlineData("""{"addresses":["nowhere"]}""", "addresses[0]")]
    [InlineData("""{"port":1}""", "port")]
    [InlineData("""{"id":"other"}""", "id")]
    [InlineData("""{"region":"\ud800"}""", "body")]
    [InlineData("""[]""", "body")]
    [InlineData("""{"weight":1""", "body")]
    [InlineData("""{"weight":1,"weight":2}""", "weight")]
    public async Task A_bad_patch_names_the_field_and_changes_nothing(string patch, string fields)
    {
        var path = await NodeAsync();
        Assert.Equal(fields.Split(' '), await (await api.Client.PatchJsonAsync(path, patch)).InvalidFieldsAsync());
        Assert.Equal(1, (int)(await api.Client.GetFromJsonAsync<JsonNode>(path))!["revision"]!);
    }

    [Fact]
    public async Task A_patch_is_a_merge_patch_of_what_exists_on_the_revision_it_names()
    {
        var path = await NodeAsync();
        await (await api.Client.PatchJsonAsync(path, "{}", "text/plain")).ReadAsync(HttpStatusCode.UnsupportedMediaType);
        await (await api.Client.PatchJsonAsync("/api/v1/nodes/nowhere", "{}")).ReadAsync(HttpStatusCode.NotFound);
        await (await api.Client.PatchJsonAsync(path, """{"revision":7,"weight":5}""")).ReadAsync(HttpStatusCode.PreconditionFailed);
    }

    [Theory]
    [InlineData("drain", "draining", "active")]
    [InlineData("disable", "disabled", "draining")]
    [InlineData("activate", "active", "disabled")]
    public async Task A_node_is_turned_once(string verb, string state, string from)
    {
        var path = await NodeAsync(from);
        var entry = await api.NewestEntryAsync();
        var turned = await api.Client.PostAsync($"{path}/{verb}", null);
        Assert.Equal(state, (string?)(await turned.ReadAsync(HttpStatusCode.OK))["state"]);
        Assert.NotEmpty(turned.Change());
        var audit = Assert.Single(await api.AcceptedSinceAsync(entry));
        Assert.Equal($"node-{verb}", audit["action"]);

        var again = await api.Client.PostAsync($"{path}/{verb}", null);
        Assert.Equal(2, (int)(await again.ReadAsync(HttpStatusCode.OK))["revision"]!);
        Assert.False(again.Headers.Contains("Cirrus-Change"));
        Assert.Equal(audit.Id, Assert.Single(await api.AcceptedSinceAsync(entry)).Id);
        await (await api.Client.PostAsync($"/api/v1/nodes/nowhere/{verb}", null)).ReadAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_address_of_another_node_is_refused_by_the_name_of_its_field()
    {
        var (one, other, own) = (StoreFixture.NewAddress(), StoreFixture.NewAddress(), StoreFixture.NewAddress());
        var first = await NodeAsync(addresses: [one, other]);
        var second = await NodeAsync(addresses: [own]);

        var refused = await (await api.Client.PatchJsonAsync(second, $$"""{"addresses":["{{own}}","{{other}}"]}""")).ReadAsync(HttpStatusCode.Conflict);
        Assert.Equal("/problems/conflict", (string?)refused["type"]);
        Assert.Contains(first.Split('/')[^1], (string?)refused["errors"]!["addresses[1]"]![0], StringComparison.Ordinal);

        await (await api.Client.PatchJsonAsync(first, $$"""{"addresses":["{{one}}"]}""")).ReadAsync(HttpStatusCode.OK);
        await (await api.Client.PatchJsonAsync(second, $$"""{"addresses":["{{own}}","{{other}}"]}""")).ReadAsync(HttpStatusCode.OK);
        await api.Client.DeleteAsync(first);
        await (await api.Client.PatchJsonAsync(second, $$"""{"addresses":["{{one}}"]}""")).ReadAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_list_is_filtered()
    {
        var region = $"r{Guid.NewGuid():N}";
        var active = await NodeAsync("active", region);
        var draining = await NodeAsync("draining", region);
        await NodeAsync("active");
        await new NodeStore(api.Store).SetHealthAsync(active.Split('/')[^1], NodeHealth.Up, "", DateTimeOffset.UtcNow);

        Assert.Equal(2, (await ListAsync($"region={region}")).Count);
        Assert.Equal([draining], await ListAsync($"region={region}&state=draining"));
        Assert.Equal([active], await ListAsync($"region={region}&health=up"));
        Assert.Empty(await ListAsync($"region={region}&health=down"));
        Assert.Equal(["state"], await (await api.Client.GetAsync("/api/v1/nodes?state=asleep")).InvalidFieldsAsync());
        Assert.Equal(["health"], await (await api.Client.GetAsync("/api/v1/nodes?health=1")).InvalidFieldsAsync());

        async Task<List<string>> ListAsync(string query) =>
            [.. (await api.Client.GetFromJsonAsync<JsonNode>($"/api/v1/nodes?{query}"))!["items"]!.AsArray().Select(n => $"/api/v1/nodes/{n!["id"]}")];
    }

    [Fact]
    public async Task A_node_that_moves_to_an_unprobed_address_shows_no_health()
    {
        var (staying, moving) = (await NodeAsync(), await NodeAsync());
        var store = new NodeStore(api.Store);
        foreach (var path in new[] { staying, moving })
            await store.SetHealthAsync(path.Split('/')[^1], NodeHealth.Up, "", DateTimeOffset.UtcNow);

        var moved = await (await api.Client.PatchJsonAsync(moving, $$"""{"addresses":["{{StoreFixture.NewAddress()}}"]}""")).ReadAsync(HttpStatusCode.OK);
        Assert.Equal("unknown", (string?)moved["status"]!["health"]);
        var reweighed = await (await api.Client.PatchJsonAsync(staying, """{"weight":1}""")).ReadAsync(HttpStatusCode.OK);
        Assert.Equal("up", (string?)reweighed["status"]!["health"]);
        await api.Client.DeleteAsync(staying);
    }

    private async Task<string> NodeAsync(string state = "active", string region = "local", params string[] addresses)
    {
        var path = $"/api/v1/nodes/n{Guid.NewGuid():N}";
        await (await api.Client.PutJsonAsync(path, Body(state, region, addresses))).ReadAsync(HttpStatusCode.Created);
        return path;
    }

    private static string Body(string state = "active", string region = "local", params string[] addresses) => new JsonObject
    {
        ["addresses"] = new JsonArray([.. (addresses is [] ? [StoreFixture.NewAddress()] : addresses).Select(a => (JsonNode)a)]),
        ["state"] = state,
        ["region"] = region,
    }.ToJsonString();
}

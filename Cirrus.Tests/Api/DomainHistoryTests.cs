using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cirrus.Core.Json;
using Cirrus.Core.Redis;
using Cirrus.Tests.Core;

namespace Cirrus.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class DomainHistoryTests(ApiServer api)
{
    [Fact]
    public async Task The_history_tells_who_changed_what_newest_first()
    {
        var name = await CreateAsync(9000, 9001);
        await api.Client.PatchDomainAsync(name, """{"cacheEnable":false,"rules":[{"path":"/","ttl":1}]}""");

        var history = await GetAsync($"{name}/history");

        Assert.False((bool)history["deleted"]!);
        Assert.Equal([3, 2, 1], history["items"]!.AsArray().Select(i => (int)i!["revision"]!));
        Assert.All(history["items"]!.AsArray(), i => Assert.Equal("master", (string?)i!["updatedBy"]));
        Assert.Equal(["cacheEnable", "rules"], history["items"]![0]!["changed"]!.AsArray().Select(c => (string)c!).Order());
        Assert.Equal(["origins"], history["items"]![1]!["changed"]!.AsArray().Select(c => (string)c!));
        Assert.Null(history["items"]![2]!["changed"]);
        Assert.Equal([3], (await GetAsync($"{name}/history?limit=1"))["items"]!.AsArray().Select(i => (int)i!["revision"]!));
        Assert.Equal(["limit"], await (await api.Client.GetAsync($"/api/v1/domains/{name}/history?limit=0")).InvalidFieldsAsync());
    }

    [Fact]
    public async Task An_old_revision_is_shown_with_the_patch_that_leads_to_another()
    {
        var name = await CreateAsync(1, 2, 3);

        foreach (var (query, other) in new[] { ("", 3), ("?against=2", 2), ("?against=1", 1) })
        {
            var first = await GetAsync($"{name}/history/1{query}");
            var second = await GetAsync($"{name}/history/{other}");
            var diff = first["diff"].Deserialize<PatchOperation[]>(JsonSerializerOptions.Web)!;
            Assert.Equal(other, (int?)first["against"]);
            Assert.True(JsonNode.DeepEquals(second["domain"], JsonTests.Apply(first["domain"]!.DeepClone(), diff)), $"{first["diff"]}");
        }
        await (await api.Client.GetAsync($"/api/v1/domains/{name}/history/4")).ReadAsync(HttpStatusCode.NotFound);
        await (await api.Client.GetAsync($"/api/v1/domains/{name}/history/1?against=4")).ReadAsync(HttpStatusCode.NotFound);
        await (await api.Client.GetAsync($"/api/v1/domains/{Answers.FreshDomain()}/history/1")).ReadAsync(HttpStatusCode.NotFound);
        Assert.Equal(["against"], await (await api.Client.GetAsync($"/api/v1/domains/{name}/history/1?against=x")).InvalidFieldsAsync());
    }

    [Fact]
    public async Task Rolling_back_writes_the_old_content_as_a_new_revision()
    {
        var name = await CreateAsync(1, 2, 3);

        var response = await RollBackAsync(name, 1, "\"3\"");

        var domain = await response.ReadAsync(HttpStatusCode.OK);
        Assert.Equal((4, 1), ((int)domain["revision"]!, (int)domain["origins"]![0]!["port"]!));
        Assert.Equal("\"4\"", response.Headers.ETag?.ToString());
        var audit = (await api.Redis.StreamRangeAsync(RedisKeys.Audit)).Last(e => e["key"] == name);
        Assert.Equal(("domain-rollback", response.Change()), ((string)audit["action"]!, (string)audit["change"]!));
        Assert.Equal(4, (await GetAsync($"{name}/history"))["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task Rolling_back_needs_to_know_what_it_undoes()
    {
        var name = await CreateAsync(1, 2);
        await (await RollBackAsync(name, 1, null)).ReadAsync(HttpStatusCode.PreconditionRequired);
        await (await RollBackAsync(name, 1, "\"1\"")).ReadAsync(HttpStatusCode.PreconditionFailed);
        Assert.Equal(["revision"], await (await RollBackAsync(name, 7, "\"2\"")).InvalidFieldsAsync());
        Assert.Equal(["revision"], await (await RollBackAsync(name, 2, "\"2\"")).InvalidFieldsAsync());
        Assert.Equal(["revision"], await (await RollBackAsync(name, 0, "\"2\"")).InvalidFieldsAsync());
        Assert.Equal(["revision"], await (await api.Client.PostJsonAsync($"/api/v1/domains/{name}/rollback", "{}")).InvalidFieldsAsync());
        await (await RollBackAsync(Answers.FreshDomain(), 1, null)).ReadAsync(HttpStatusCode.NotFound);
        Assert.Equal(2, (int?)(await GetAsync(name))["revision"]);
    }

    [Fact]
    public async Task The_history_of_a_deleted_domain_stays_until_the_name_is_used_again()
    {
        var name = await CreateAsync(1, 2);
        await api.Client.DeleteAsync($"/api/v1/domains/{name}");

        var history = await GetAsync($"{name}/history");
        Assert.True((bool)history["deleted"]!);
        Assert.Equal([2, 1], history["items"]!.AsArray().Select(i => (int)i!["revision"]!));
        Assert.Equal(1, (int?)(await GetAsync($"{name}/history/1"))["domain"]!["origins"]![0]!["port"]);

        await (await api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain(name, 7))).ReadAsync(HttpStatusCode.Created);
        // It goes on counting: nobody takes a revision of the former life for one of this.
        Assert.Equal([3], (await GetAsync($"{name}/history"))["items"]!.AsArray().Select(i => (int)i!["revision"]!));
        Assert.Equal(7, (int?)(await GetAsync($"{name}/history/3"))["domain"]!["origins"]![0]!["port"]);
    }

    [Fact]
    public async Task The_last_fifty_revisions_are_kept_beside_the_current()
    {
        var name = await CreateAsync([.. Enumerable.Range(1, 55)]);
        Assert.Equal(Enumerable.Range(5, 51).Reverse(), (await GetAsync($"{name}/history"))["items"]!.AsArray().Select(i => (int)i!["revision"]!));
    }

    private Task<HttpResponseMessage> RollBackAsync(string name, int revision, string? ifMatch) =>
        api.Client.SendJsonAsync(HttpMethod.Post, $"/api/v1/domains/{name}/rollback", $$"""{"revision":{{revision}}}""", ifMatch);

    private async Task<JsonNode> GetAsync(string path) => await (await api.Client.GetAsync($"/api/v1/domains/{path}")).ReadAsync(HttpStatusCode.OK);

    private async Task<string> CreateAsync(params int[] ports)
    {
        var name = Answers.FreshDomain();
        foreach (var port in ports)
            Assert.True((await api.Client.PutJsonAsync($"/api/v1/domains/{name}", Answers.Domain(name, port))).IsSuccessStatusCode);
        return name;
    }
}

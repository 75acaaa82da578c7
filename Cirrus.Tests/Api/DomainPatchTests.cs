using System.Net;
using System.Text.Json.Nodes;
using Cirrus.Core.Redis;

namespace Cirrus.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class DomainPatchTests(ApiServer api)
{
    private static readonly string[] Kept = ["name", "accessName", "origins", "upstreamHeaders", "cacheEnable", "rules", "createdAt"];

    private const string Body = """
        {"origins":[{"scheme":"http","host":"one.test","port":1},{"scheme":"http","host":"two.test","port":2,"weight":5}],
         "upstreamHeaders":{"X-A":"1","X-B":"2"},"cacheEnable":false,"rules":[{"path":"/a","ttl":1},{"path":"/b","ttl":2}]}
        """;

    [Theory]
    [InlineData("""{"cacheEnable":true}""", "cacheEnable", "true")]
    [InlineData("""{"cacheEnable":null}""", "cacheEnable", "true")]
    [InlineData("""{"upstreamHeaders":{"X-A":null,"X-C":"3"}}""", "upstreamHeaders", """{"X-B":"2","X-C":"3"}""")]
    [InlineData("""{"upstreamHeaders":null}""", "upstreamHeaders", "{}")]
    [InlineData("""{"rules":[{"path":"/c","ttl":3}]}""", "rules", """[{"path":"/c","ttl":3,"methods":["GET","HEAD"]}]""")]
    [InlineData("""{"rules":null}""", "rules", "[]")]
    [InlineData("""{"origins":[{"scheme":"https","host":"h","port":3}]}""", "origins", """[{"scheme":"https","host":"h","port":3,"weight":1}]""")]
    [InlineData("""{"accessName":"x","createdAt":null,"updatedBy":7,"updatedAt":{}}""", "cacheEnable", "false")]
    [InlineData("{}", "cacheEnable", "false")]
    public async Task A_patch_changes_what_it_names_and_nothing_else(string patch, string field, string value)
    {
        var (name, before) = await CreateAsync();

        var after = await (await api.Client.PatchDomainAsync(name, patch)).ReadAsync(HttpStatusCode.OK);

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(value), after[field]), $"{after}");
        Assert.Equal(2, (int?)after["revision"]);
        foreach (var other in Kept.Where(f => f != field))
            Assert.True(JsonNode.DeepEquals(before[other], after[other]), other);
    }

    [Theory]
    [InlineData("""{"origins":null}""", "origins")]
    [InlineData("""{"origins":[]}""", "origins")]
    [InlineData("""{"origins":[null]}""", "origins[0]")]
    [InlineData("""{"origins":[{"scheme":"http","host":"h","port":0}]}""", "origins[0].port")]
    [InlineData("""{"origins":[{"scheme":"http","host":"h","port":"1"}]}""", "origins[0].port")]
    [InlineData("""{"origins":[{"scheme":"http","host":"h","port":1,"bogus":1}]}""", "origins[0].bogus")]
    [InlineData("""{"rules":[{"path":"^/(a","ttl":1}]}""", "rules[0].path")]
    [InlineData("""{"rules":{"0":{"ttl":1}}}""", "rules")]
    [InlineData("""{"upstreamHeaders":{"Via":"x"}}""", "upstreamHeaders")]
    [InlineData("""{"upstreamHeaders":{"X-A":{}}}""", "upstreamHeaders.X-A")]
    [InlineData("""{"cacheEnable":1}""", "cacheEnable")]
    [InlineData("""{"name":"other.test"}""", "name")]
    [InlineData("""{"revision":"1"}""", "revision")]
    [InlineData("""{"bogus":1}""", "bogus")]
    [InlineData("""{"cacheEnable":true,"cacheEnable":false}""", "cacheEnable")]
    [InlineData("""{"cacheEnable":"\ud800"}""", "body")]
    [InlineData("""{"upstreamHeaders":{"X-A":"\ud800"}}""", "body")]
    [InlineData("""{"createdAt":["\udc00"]}""", "body")]
    [InlineData("[]", "body")]
    [InlineData("null", "body")]
    [InlineData("1", "body")]
    [InlineData("{", "body")]
    [InlineData("", "body")]
    public async Task A_bad_patch_names_the_field_and_writes_nothing(string patch, string field)
    {
        var (name, before) = await CreateAsync();
        var events = await api.Redis.StreamLengthAsync(RedisKeys.Events);

        Assert.Equal([field], await (await api.Client.PatchDomainAsync(name, patch)).InvalidFieldsAsync());

        Assert.Equal(events, await api.Redis.StreamLengthAsync(RedisKeys.Events));
        Assert.True(JsonNode.DeepEquals(before, JsonNode.Parse(await api.Client.GetStringAsync($"/api/v1/domains/{name}"))));
    }

    [Fact]
    public async Task The_revision_in_a_patch_is_a_condition()
    {
        var (name, _) = await CreateAsync();
        await (await api.Client.PatchDomainAsync(name, """{"cacheEnable":true,"revision":1}""")).ReadAsync(HttpStatusCode.OK);
        await (await api.Client.PatchDomainAsync(name, """{"cacheEnable":false,"revision":1}""")).ReadAsync(HttpStatusCode.PreconditionFailed);
    }

    [Fact]
    public async Task What_is_not_there_can_not_be_patched()
    {
        await (await api.Client.PatchDomainAsync(Answers.FreshDomain(), "{}")).ReadAsync(HttpStatusCode.NotFound);
        await (await api.Client.PatchDomainAsync("no-name", "{}")).ReadAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_patch_may_be_sent_as_plain_JSON_and_as_nothing_else()
    {
        var (name, _) = await CreateAsync();
        var path = $"/api/v1/domains/{name}";
        await (await api.Client.SendJsonAsync(HttpMethod.Patch, path, """{"cacheEnable":true}""")).ReadAsync(HttpStatusCode.OK);
        var problem = await (await api.Client.SendJsonAsync(HttpMethod.Patch, path, "{}", type: "text/plain")).ReadAsync(HttpStatusCode.UnsupportedMediaType);
        Assert.Contains("a merge patch as application/merge-patch+json", (string?)problem["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Patches_at_the_same_time_are_all_merged()
    {
        var (name, _) = await CreateAsync();
        await Task.WhenAll(Enumerable.Range(1, 10).Select(async i =>
            await (await api.Client.PatchDomainAsync(name, $$$"""{"upstreamHeaders":{"X-{{{i}}}":"v"}}""")).ReadAsync(HttpStatusCode.OK)));
        var after = JsonNode.Parse(await api.Client.GetStringAsync($"/api/v1/domains/{name}"))!;
        Assert.Equal(12, after["upstreamHeaders"]!.AsObject().Count);
    }

    [Theory]
    [InlineData(
        "upstreams", """{"origins":[{"scheme":"https","host":"h","port":443}]}""", """{"origins":[{"scheme":"https","host":"h","port":443,"weight":1}]}""")]
    [InlineData(
        "cache-rules", """{"cacheEnable":true}""",
        """{"cacheEnable":true,"rules":[{"path":"/a","ttl":1,"methods":["GET","HEAD"]},{"path":"/b","ttl":2,"methods":["GET","HEAD"]}]}""")]
    [InlineData("cache-rules", """{"rules":[]}""", """{"cacheEnable":false,"rules":[]}""")]
    [InlineData("headers", """{"upstreamHeaders":{"X-C":"3"}}""", """{"upstreamHeaders":{"X-C":"3"}}""")]
    [InlineData("headers", """{"upstreamHeaders":{}}""", """{"upstreamHeaders":{}}""")]
    public async Task A_part_is_replaced_and_the_rest_stays(string part, string body, string shown)
    {
        var (name, before) = await CreateAsync();

        var put = await api.Client.PutJsonAsync($"/api/v1/domains/{name}/{part}", body);

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(shown), await put.ReadAsync(HttpStatusCode.OK)));
        Assert.NotEmpty(put.Change());
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(shown), JsonNode.Parse(await api.Client.GetStringAsync($"/api/v1/domains/{name}/{part}"))));
        var after = JsonNode.Parse(await api.Client.GetStringAsync($"/api/v1/domains/{name}"))!.AsObject();
        var changed = JsonNode.Parse(shown)!.AsObject().Select(m => m.Key).ToList();
        foreach (var other in Kept.Except(changed))
            Assert.True(JsonNode.DeepEquals(before[other], after[other]), other);
    }

    [Theory]
    [InlineData("upstreams", "{}", "origins")]
    [InlineData("upstreams", """{"origins":[]}""", "origins")]
    [InlineData("upstreams", """{"origins":[{"scheme":"ftp","host":"h","port":1}]}""", "origins[0].scheme")]
    [InlineData("upstreams", """{"origins":[{"scheme":"http","host":"h","port":1,"weight":0}]}""", "origins")]
    [InlineData("cache-rules", """{"rules":[{"path":"/a","ttl":-1}]}""", "rules[0].ttl")]
    [InlineData("cache-rules", """{"rules":[null]}""", "rules[0]")]
    [InlineData("cache-rules", """{"cacheEnable":"yes"}""", "cacheEnable")]
    [InlineData("headers", "{}", "upstreamHeaders")]
    [InlineData("headers", """{"upstreamHeaders":{"Via":"x"}}""", "upstreamHeaders")]
    [InlineData("headers", """{"bogus":{}}""", "bogus")]
    public async Task A_bad_part_names_the_field_as_the_whole_does(string part, string body, string field)
    {
        var (name, _) = await CreateAsync();
        Assert.Equal([field], await (await api.Client.PutJsonAsync($"/api/v1/domains/{name}/{part}", body)).InvalidFieldsAsync());
        Assert.Equal(1, (int?)JsonNode.Parse(await api.Client.GetStringAsync($"/api/v1/domains/{name}"))!["revision"]);
    }

    private async Task<(string Name, JsonNode Shown)> CreateAsync()
    {
        var name = Answers.FreshDomain();
        return (name, await (await api.Client.PutJsonAsync($"/api/v1/domains/{name}", Body)).ReadAsync(HttpStatusCode.Created));
    }
}

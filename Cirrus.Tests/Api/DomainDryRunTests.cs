using System.Net;
using System.Text.Json.Nodes;
using Cirrus.Core.Redis;

namespace Cirrus.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class DomainDryRunTests(ApiServer api)
{
    private const string Path = "/api/v1/domains/validate";

    [Fact]
    public async Task A_dry_run_shows_what_would_be_stored_and_writes_nothing()
    {
        var name = Answers.FreshDomain();
        var before = await StateAsync();

        var answer = await (await api.Client.PostJsonAsync(Path, Answers.Domain(name.ToUpperInvariant()))).ReadAsync(HttpStatusCode.OK);

        Assert.Equal(before, await StateAsync());
        Assert.Empty(answer["warnings"]!.AsArray());
        var created = await (await api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain(name))).ReadAsync(HttpStatusCode.Created);
        foreach (var (field, value) in created.AsObject().Where(m => m.Key is not "createdAt" and not "updatedAt"))
            Assert.True(JsonNode.DeepEquals(value, answer["domain"]![field]), field);
    }

    [Fact]
    public async Task A_dry_run_over_a_domain_tells_which_revision_it_would_replace()
    {
        var name = Answers.FreshDomain();
        await api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain(name));
        var before = await StateAsync();

        var answer = await (await api.Client.PostJsonAsync(Path, Answers.Domain(name, 9001))).ReadAsync(HttpStatusCode.OK);
        Assert.Equal(2, (int?)answer["domain"]!["revision"]);
        Assert.Equal("It exists; this would replace revision 1.", (string?)answer["warnings"]![0]!["message"]);
        var stale = JsonNode.Parse(Answers.Domain(name))!;
        stale["revision"] = 7;
        await (await api.Client.PostJsonAsync(Path, stale.ToJsonString())).ReadAsync(HttpStatusCode.PreconditionFailed);
        Assert.Equal(before, await StateAsync());
    }

    [Theory]
    [InlineData(""" "origins":[{"scheme":"http","host":"h","port":443}]""", "origins[0].port")]
    [InlineData(""" "origins":[{"scheme":"http","host":"h","port":1},{"scheme":"http","host":"H","port":1}]""", "origins[1].host")]
    [InlineData(""" "rules":[{"path":"/a","ttl":1},{"path":"/a/b","ttl":2}]""", "rules[1].path")]
    [InlineData(""" "rules":[{"path":"/","ttl":1},{"path":"\\.css$","ttl":2}]""", "rules[1].path")]
    [InlineData(""" "rules":[{"path":"/","ttl":1,"methods":["GET"]},{"path":"/b","ttl":2}]""", null)]
    [InlineData(""" "rules":[{"path":"/a/b","ttl":1},{"path":"/a","ttl":2}]""", null)]
    [InlineData(""" "cacheEnable":false,"rules":[{"path":"/a","ttl":1}]""", "rules")]
    [InlineData(""" "tls":{"redirect":true}""", "tls.redirect")]
    [InlineData(""" "tls":{"certificate":"none","hsts":{"maxAge":1}}""", "tls.hsts")]
    [InlineData(""" "tls":{"certificate":"own","redirect":true,"hsts":{"maxAge":1}}""", null)]
    [InlineData(""" "tls":{"certificate":"acme","alternativeNames":["b.test","x.b.test","*.b.test"]}""", "tls.alternativeNames[2]")]
    public async Task What_is_probably_a_mistake_is_warned_of(string fields, string? field)
    {
        var origins = fields.StartsWith(" \"origins", StringComparison.Ordinal) ? "" : """ "origins":[{"scheme":"http","host":"h","port":1}], """;
        var answer = await (await api.Client.PostJsonAsync(Path, $$"""{"name":"a.test",{{origins}}{{fields}}}""")).ReadAsync(HttpStatusCode.OK);
        Assert.Equal(field is null ? [] : [field], answer["warnings"]!.AsArray().Select(w => (string)w!["field"]!));
    }

    [Theory]
    [InlineData("""{"name":"a b.test","origins":[{"scheme":"http","host":"h","port":0}]}""", "name", "origins[0].port")]
    [InlineData("""{"name":"a.cdn.local.test","origins":[{"scheme":"http","host":"h","port":1}]}""", "name")]
    [InlineData("""{"name":"a.test","bogus":1}""", "bogus")]
    public async Task A_dry_run_refuses_what_a_write_refuses(string body, params string[] fields)
    {
        Assert.Equal(fields, await (await api.Client.PostJsonAsync(Path, body)).InvalidFieldsAsync());
        Assert.Equal(fields, await (await api.Client.PostJsonAsync("/api/v1/domains", body)).InvalidFieldsAsync());
    }

    private async Task<(long Events, long Audit, string Keys)> StateAsync() => (
        await api.Redis.StreamLengthAsync(RedisKeys.Events),
        await api.Redis.StreamLengthAsync(RedisKeys.Audit),
        string.Join(' ', api.Store.GetServers()[0].Keys(pattern: "cdn:*").Select(k => (string)k!).Order(StringComparer.Ordinal)));
}

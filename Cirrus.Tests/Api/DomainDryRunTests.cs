using System.Net;
using System.Text.Json.Nodes;
using Cirrus.Core.Redis;
using StackExchange.Redis;

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

        await AssertUnchangedAsync(before);
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
        await AssertUnchangedAsync(before);
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
    [InlineData(""" "tls":{"certificate":"acme","caa":[{"tag":"issuewild","value":"a.test"},{"value":";"}]}""", "tls.caa")]
    [InlineData(""" "tls":{"certificate":"acme","caa":[{"value":"a.test"}]}""", null)]
    [InlineData(""" "tls":{"certificate":"own","caa":[{"value":";"}]}""", null)]
    [InlineData(""" "cacheEnable":false,"cache":{"ttl":1}""", "cache")]
    [InlineData(""" "cache":{"ttl":1,"minTtl":1,"originHeaders":"override"}""", "cache.minTtl")]
    [InlineData(""" "cache":{"ttl":1,"maxTtl":1}""", "cache.maxTtl")]
    [InlineData(""" "cache":{"ttl":1,"maxTtl":1,"originHeaders":"respect"}""", null)]
    [InlineData(""" "cache":{"maxTtl":1}""", null)]
    [InlineData(""" "cache":{"ttl":9},"rules":[{"path":"/a","minTtl":1}]""", "rules[0].minTtl")]
    [InlineData(""" "cache":{"ttl":9,"originHeaders":"respect"},"rules":[{"path":"/a","minTtl":1}]""", null)]
    [InlineData(""" "cache":{"maxTtl":9},"rules":[{"path":"/a","minTtl":10}]""", "rules[0].minTtl")]
    [InlineData(""" "cache":{"minTtl":9},"rules":[{"path":"/a","maxTtl":8}]""", "rules[0].maxTtl")]
    [InlineData(""" "cache":{"originHeaders":"override"}""", "cache.originHeaders")]
    [InlineData(""" "rules":[{"path":"/a","ttl":0,"statusTtl":{"404":10}}]""", "rules[0].statusTtl")]
    [InlineData(""" "rules":[{"path":"/a","ttl":0,"staleIfError":10}]""", "rules[0].staleIfError")]
    [InlineData(""" "rules":[{"path":"/a","ttl":0}],"access":{"signedUrls":[{"path":"/a","keys":[{"id":"a","secret":"MDEyMzQ1Njc4OWFiY2RlZg=="}]}]}""", null)]
    [InlineData(""" "origins":[{"scheme":"http","host":"h","port":1,"serverName":"a.test"}]""", "origins[0].serverName")]
    [InlineData(""" "origins":[{"scheme":"http","host":"h","port":1,"verify":true}]""", "origins[0].verify")]
    [InlineData(""" "origins":[{"scheme":"https","host":"h","port":1,"verify":false}]""", "origins[0].verify")]
    [InlineData(""" "originPolicy":{"health":{"path":"/","timeout":6}}""", "originPolicy.health.timeout")]
    [InlineData(""" "originPolicy":{"health":{"path":"/","interval":1}}""", "originPolicy.health.timeout")]
    [InlineData(""" "originPolicy":{"attempts":1}""", null)]
    [InlineData(""" "cors":{"origins":["*","https://b.test"]}""", "cors.origins")]
    [InlineData(""" "redirects":[{"path":"/a","to":"/b","status":301},{"path":"/a/c","to":"/d","status":301}]""", "redirects[1].path")]
    [InlineData(""" "redirects":[{"path":"/a","to":"/a/b","status":301}]""", "redirects[0].to")]
    [InlineData(""" "redirects":[{"path":"/","to":"https://a.test/new","status":301}]""", "redirects[0].to")]
    [InlineData(""" "redirects":[{"path":"/","to":"https://a.test/","status":301},{"path":"^/(x)","to":"https://b.test/$1","status":301}]""", "redirects[1].path")]
    [InlineData(""" "redirects":[{"path":"/","to":"https://b.test/new","status":301}]""", null)]
    [InlineData(""" "rewrites":[{"path":"/a","to":"/a/b"},{"path":"/a","to":"/c"}]""", "rewrites[1].path")]
    [InlineData(""" "access":{"allow":["192.0.2.0/24","198.51.100.0/24"],"deny":["192.0.0.0/16"]}""", "access.allow[0]")]
    [InlineData(""" "access":{"allow":["192.0.0.0/16"],"deny":["192.0.2.0/24"]}""", null)]
    [InlineData(""" "access":{"allowCountries":["FR","DE"],"denyCountries":["DE"]}""", "access.allowCountries[1]")]
    [InlineData(""" "steering":{"pool":"nowhere","regions":["eu"]}""", "steering.pool")]
    [InlineData(""" "steering":{"nodes":1,"ttl":5}""", null)]
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

    private async Task<(long Events, RedisValue Entry, HashSet<string> Keys)> StateAsync() =>
        (await api.Redis.StreamLengthAsync(RedisKeys.Events), await api.NewestEntryAsync(), Keys());

    private async Task AssertUnchangedAsync((long Events, RedisValue Entry, HashSet<string> Keys) before)
    {
        Assert.Equal(before.Events, await api.Redis.StreamLengthAsync(RedisKeys.Events));
        Assert.Empty(await api.AcceptedSinceAsync(before.Entry));
        // Those of other tests may have come to their end meanwhile.
        Assert.Subset(before.Keys, Keys());
    }

    private HashSet<string> Keys() => [.. api.Store.GetServers()[0].Keys(pattern: "cdn:*").Select(k => (string)k!)];
}

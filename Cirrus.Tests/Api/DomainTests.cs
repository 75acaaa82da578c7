using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cirrus.Core.Redis;
using Cirrus.Core.Steering;

namespace Cirrus.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class DomainTests(ApiServer api)
{
    [Fact]
    public async Task A_created_domain_is_shown_with_its_access_name_and_change_id()
    {
        var name = Answers.FreshDomain();

        var response = await api.Client.PostJsonAsync("/api/v1/domains", $$"""
            {"name":"{{name.ToUpperInvariant()}}.","origins":[{"scheme":"http","host":"127.0.0.1","port":9000,"weight":1}],"cacheEnable":true,
             "rules":[{"path":"^/assets/","ttl":600,"methods":["GET","HEAD"]}]}
            """);

        var created = await response.ReadAsync(HttpStatusCode.Created);
        Assert.Equal(name, (string?)created["name"]);
        Assert.Equal(1, (int?)created["revision"]);
        Assert.Equal(AccessName.For(name, "cdn.local.test"), (string?)created["accessName"]);
        Assert.NotEmpty(response.Change());
        var read = await (await api.Client.GetAsync(response.Headers.Location)).ReadAsync(HttpStatusCode.OK);
        Assert.True(JsonNode.DeepEquals(created, read), $"{created}\n{read}");
    }

    [Fact]
    public async Task A_domain_is_added_once()
    {
        var name = Answers.FreshDomain();
        await (await api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain(name))).ReadAsync(HttpStatusCode.Created);

        var second = await api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain(name, 9001));

        await second.ReadAsync(HttpStatusCode.Conflict);
        Assert.False(second.Headers.Contains("Cirrus-Change"));
        var kept = await api.Client.GetFromJsonAsync<JsonNode>($"/api/v1/domains/{name}");
        Assert.Equal(9000, (int?)kept!["origins"]![0]!["port"]);
    }

    [Fact]
    public async Task What_was_read_can_be_written_back_and_raises_the_revision()
    {
        var name = Answers.FreshDomain();
        await api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain(name));
        var read = await api.Client.GetStringAsync($"/api/v1/domains/{name}");

        var written = await (await api.Client.PutJsonAsync($"/api/v1/domains/{name}", read)).ReadAsync(HttpStatusCode.OK);
        Assert.Equal(2, (int?)written["revision"]);

        // The body still says revision 1: someone else has written since.
        await (await api.Client.PutJsonAsync($"/api/v1/domains/{name}", read)).ReadAsync(HttpStatusCode.PreconditionFailed);
    }

    [Fact]
    public async Task Put_creates_a_domain_that_is_not_there()
    {
        var name = Answers.FreshDomain();
        await (await api.Client.PutJsonAsync($"/api/v1/domains/{name}", Answers.Domain(name))).ReadAsync(HttpStatusCode.Created);
        await (await api.Client.GetAsync($"/api/v1/domains/{name}")).ReadAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Writers_at_the_same_time_all_get_a_revision_of_their_own()
    {
        var name = Answers.FreshDomain();
        await api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain(name));

        var answers = await Task.WhenAll(Enumerable.Range(1, 5).Select(async port =>
            await (await api.Client.PutJsonAsync($"/api/v1/domains/{name}", Answers.Domain(name, port))).ReadAsync(HttpStatusCode.OK)));

        Assert.Equal([2, 3, 4, 5, 6], answers.Select(a => (int)a["revision"]!).Order());
    }

    [Fact]
    public async Task A_deleted_domain_is_gone()
    {
        var name = Answers.FreshDomain();
        await api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain(name));

        var deleted = await api.Client.DeleteAsync($"/api/v1/domains/{name}");

        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.NotEmpty(deleted.Change());
        await (await api.Client.GetAsync($"/api/v1/domains/{name}")).ReadAsync(HttpStatusCode.NotFound);
        await (await api.Client.DeleteAsync($"/api/v1/domains/{name}")).ReadAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_list_is_paged_in_order_of_name()
    {
        var prefix = $"p{Guid.NewGuid():N}";
        foreach (var n in new[] { "c", "a", "b" })
            await api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain($"{prefix}-{n}.test"));

        var names = new List<string>();
        string? after = prefix;
        while (after is not null)
        {
            var page = await api.Client.GetFromJsonAsync<JsonNode>($"/api/v1/domains?limit=2&after={after}");
            names.AddRange(page!["items"]!.AsArray().Select(i => (string)i!["name"]!));
            after = (string?)page["next"];
        }

        Assert.Equal([$"{prefix}-a.test", $"{prefix}-b.test", $"{prefix}-c.test"], names.Where(n => n.StartsWith(prefix, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("""{"name":"www.exa mple.test","origins":[{"scheme":"http","host":"127.0.0.1","port":1}]}""", "name")]
    [InlineData("""{"origins":[{"scheme":"http","host":"127.0.0.1","port":1}]}""", "name")]
    [InlineData("""{"name":"192.0.2.1","origins":[{"scheme":"http","host":"127.0.0.1","port":1}]}""", "name")]
    [InlineData("""{"name":"a.test"}""", "origins")]
    [InlineData("""{"name":"a.test","origins":[]}""", "origins")]
    [InlineData("""{"name":"a.test","origins":[null]}""", "origins[0]")]
    [InlineData("""{"name":"a.test","origins":[{"scheme":"ftp","host":"h","port":1}]}""", "origins[0].scheme")]
    [InlineData("""{"name":"a.test","origins":[{"scheme":"http","host":"a b","port":1}]}""", "origins[0].host")]
    [InlineData("""{"name":"a.test","origins":[{"scheme":"http","host":"010.0.0.1","port":1}]}""", "origins[0].host")]
    [InlineData("""{"name":"a.test","origins":[{"scheme":"http","host":"[::1]:80","port":1}]}""", "origins[0].host")]
    [InlineData("""{"name":"a.test","origins":[{"scheme":"http","host":"h","port":0}]}""", "origins[0].port")]
    [InlineData("""{"name":"a.test","origins":[{"scheme":"http","host":"h","port":65536}]}""", "origins[0].port")]
    [InlineData("""{"name":"a.test","origins":[{"scheme":"http","host":"h","port":"80"}]}""", "origins[0].port")]
    [InlineData("""{"name":"a.test","origins":[{"scheme":"http","host":"h","port":1.5}]}""", "origins[0].port")]
    [InlineData("""{"name":"a.test","origins":[{"scheme":"http","host":"h","port":1,"weight":-1}]}""", "origins[0].weight")]
    [InlineData("""{"name":"a.test","origins":[{"scheme":"http","host":"h","port":1,"weight":0}]}""", "origins")]
    [InlineData("""{"name":"a.test","origins":[{"scheme":"http","host":"h","port":1}],"rules":[{"path":"/","ttl":-1}]}""", "rules[0].ttl")]
    [InlineData("""{"name":"a.test","origins":[{"scheme":"http","host":"h","port":1}],"rules":[{"path":"^/(a","ttl":1}]}""", "rules[0].path")]
    [InlineData("""{"name":"\ud800.test","origins":[{"scheme":"http","host":"h","port":1}]}""", "name")]
    [InlineData("""{"name":"a.test","origins":[{"scheme":"http","host":"h","port":1}],"rules":[{"path":"/\ud800","ttl":1}]}""", "rules[0].path")]
    [InlineData("""{"name":"a.test","origins":[{"scheme":"http","host":"h","port":1}],"rules":[{"path":"(((a{999}){999}){999})","ttl":1}]}""", "rules[0].path")]
    [InlineData("""{"name":"a.test","origins":[{"scheme":"http","host":"h","port":1}],"rules":[{"path":"(a)\\1","ttl":1}]}""", "rules[0].path")]
    [InlineData("""{"name":"a.test","origins":[{"scheme":"http","host":"h","port":1}],"rules":[{"path":"/","ttl":1,"methods":["POST"]}]}""", "rules[0].methods")]
    [InlineData("""{"name":"a.test","origins":[{"scheme":"http","host":"h","port":1}],"upstreamHeaders":{"Host":"a\r\nb"}}""", "upstreamHeaders")]
    [InlineData("""{"name":"a.test","origins":[{"scheme":"http","host":"h","port":1}],"bogus":1}""", "bogus")]
    [InlineData("""{"name":"a.test","origins":[{"scheme":"http","host":"h","port":1,"bogus":1}]}""", "origins[0].bogus")]
    [InlineData("""{"name":"a.test","name":"b.test","origins":[{"scheme":"http","host":"h","port":1}]}""", "name")]
    [InlineData("""{"name":"a.test","origins":[""", "body")]
    [InlineData("""{"name":"a.cdn.local.test","origins":[{"scheme":"http","host":"h","port":1}]}""", "name")]
    [InlineData("""{"name":"cdn.local.test","origins":[{"scheme":"http","host":"h","port":1}]}""", "name")]
    [InlineData("""{"name":"a.test","origins":[{"scheme":"http","host":"h","port":1}],"upstreamHeaders":{"CDN-Loop":"x"}}""", "upstreamHeaders")]
    [InlineData("""{"name":"a.test","origins":[{"scheme":"http","host":"h","port":1}],"upstreamHeaders":{"Host":"a.test/b"}}""", "upstreamHeaders")]
    [InlineData("""{"name":"a.test","origins":[{"scheme":"http","host":"h","port":1}],"upstreamHeaders":{"host":"a.test:99999"}}""", "upstreamHeaders")]
    [InlineData("""{"name":"a.test","origins":[{"scheme":"http","host":"h","port":1}],"upstreamHeaders":{"X-A":"1","x-a":"2"}}""", "upstreamHeaders")]
    [InlineData("""{"name":"a.test","origins":[{"scheme":"http","host":"h","port":1}],"rules":[{"path":"^/(?<n>p)","ttl":1}]}""", "rules[0].path")]
    [InlineData("""{"name":"a.test","origins":[{"scheme":"http","host":"h","port":1}],"rules":[{"path":"(?n)^/(p)","ttl":1}]}""", "rules[0].path")]
    [InlineData("""{"name":"a.test","origins":[{"scheme":"http","host":"h","port":1}],"rules":[{"path":"^/\\u0070","ttl":1}]}""", "rules[0].path")]
    [InlineData("""{"name":"a.test","origins":[{"scheme":"http","host":"h","port":1}],"rules":[{"path":"^/[a-z&&[p]]","ttl":1}]}""", "rules[0].path")]
    [InlineData("""{"name":"a.test","origins":[{"scheme":"http","host":"h","port":1}],"rules":[{"path":"^/ä","ttl":1}]}""", "rules[0].path")]
    [InlineData("nonsense", "body")]
    [InlineData("null", "body")]
    [InlineData("", "body")]
    public async Task Bad_input_names_the_field_and_writes_nothing(string body, string field)
    {
        var before = await api.Redis.StreamLengthAsync(RedisKeys.Events);

        var response = await api.Client.PostJsonAsync("/api/v1/domains", body);

        Assert.Equal([field], await response.InvalidFieldsAsync());
        Assert.Equal(before, await api.Redis.StreamLengthAsync(RedisKeys.Events));
    }

    [Theory]
    [InlineData("^/assets/")]
    [InlineData("\\.(css|js)$")]
    [InlineData("^/(?:a|b)/[]x^-]+[^]/]\\d{2,3}$")]
    [InlineData("(?i)^/IMG/\\w+")]
    public async Task An_ordinary_expression_is_accepted(string path)
    {
        var body = JsonSerializer.Serialize(new
        {
            origins = new[] { new { scheme = "http", host = "127.0.0.1", port = 9000 } },
            rules = new[] { new { path, ttl = 60 } },
        });
        await (await api.Client.PutJsonAsync($"/api/v1/domains/{Answers.FreshDomain()}", body)).ReadAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_crowd_of_writers_all_get_through()
    {
        var name = Answers.FreshDomain();
        await api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain(name));

        var answers = await Task.WhenAll(Enumerable.Range(1, 50).Select(port => api.Client.PutJsonAsync($"/api/v1/domains/{name}", Answers.Domain(name, port))));

        Assert.All(answers, a => Assert.Equal(HttpStatusCode.OK, a.StatusCode));
        Assert.Equal(51, (int?)(await api.Client.GetFromJsonAsync<JsonNode>($"/api/v1/domains/{name}"))!["revision"]);
    }

    [Fact]
    public async Task A_label_of_300_octets_is_refused_by_name()
    {
        var response = await api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain($"{new string('a', 300)}.test"));
        Assert.Equal(["name"], await response.InvalidFieldsAsync());
    }

    [Fact]
    public async Task All_that_is_wrong_is_told_at_once()
    {
        var response = await api.Client.PostJsonAsync("/api/v1/domains", """
            {"name":"a b.test","origins":[{"scheme":"http","host":"127.0.0.1","port":0}],"rules":[{"path":"^/(a","ttl":-1}]}
            """);
        Assert.Equal(["name", "origins[0].port", "rules[0].path", "rules[0].ttl"], await response.InvalidFieldsAsync());
    }

    [Fact]
    public async Task A_body_of_10_MB_is_refused()
    {
        var response = await api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain(new string('a', 10_000_000)));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task A_domain_can_not_be_renamed()
    {
        var name = Answers.FreshDomain();
        var response = await api.Client.PutJsonAsync($"/api/v1/domains/{name}", Answers.Domain(Answers.FreshDomain()));
        Assert.Equal(["name"], await response.InvalidFieldsAsync());
    }

    [Fact]
    public async Task Cname_tells_the_access_name_and_its_ttl()
    {
        var name = Answers.FreshDomain();
        await api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain(name));

        var cname = await (await api.Client.GetAsync($"/api/v1/domains/{name}/cname")).ReadAsync(HttpStatusCode.OK);

        Assert.Equal(AccessName.For(name, "cdn.local.test"), (string?)cname["accessName"]);
        Assert.Equal(60, (int?)cname["ttl"]);
        await (await api.Client.GetAsync($"/api/v1/domains/{Answers.FreshDomain()}/cname")).ReadAsync(HttpStatusCode.NotFound);
    }
}

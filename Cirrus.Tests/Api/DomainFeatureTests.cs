using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Cirrus.Core.Redis;
using CsCheck;

namespace Cirrus.Tests.Api;

/// <summary>What a domain may have besides the least: stored as it is given, and nowhere when it is not.</summary>
[Collection(ApiCollection.Name)]
public sealed class DomainFeatureTests(ApiServer api)
{
    private static readonly string[] Added = ["createdAt", "revision", "updatedAt", "updatedBy"];

    [Fact]
    public async Task Any_document_goes_unchanged_through_put_get_store_export_import_and_rollback() => await DomainDocuments.Document.SampleAsync(async json =>
    {
        var name = Answers.FreshDomain();
        var path = $"/api/v1/domains/{name}";
        var given = JsonNode.Parse(json)!.AsObject();
        var expected = Expected(given, name);

        await (await api.Client.PutJsonAsync(path, json)).ReadAsync(HttpStatusCode.Created);
        AssertContent(expected, await StoredAsync(name));
        var shown = await (await api.Client.GetAsync(path)).ReadAsync(HttpStatusCode.OK);
        AssertContent(expected, Without(shown, "accessName", "tls"));

        await (await api.Client.PutJsonAsync(path, shown.ToJsonString())).ReadAsync(HttpStatusCode.OK);
        AssertContent(expected, await StoredAsync(name));
        await (await api.Client.PutJsonAsync(path, Answers.Domain(name))).ReadAsync(HttpStatusCode.OK);
        var back = await api.Client.SendJsonAsync(HttpMethod.Post, $"{path}/rollback", """{"revision":1}""", "\"3\"");
        AssertContent(expected, Without(await back.ReadAsync(HttpStatusCode.OK), "accessName", "tls"));
        AssertContent(expected, await StoredAsync(name));

        var line = await api.Client.GetStringAsync($"/api/v1/domains/export?q={name}");
        AssertContent(expected, JsonNode.Parse(line)!.AsObject());
        Assert.Equal("unchanged", (string?)(await ImportAsync(line))["status"]);
    }, iter: 60, threads: 1);

    [Fact]
    public async Task What_a_document_lacks_is_neither_stored_nor_shown()
    {
        var name = Answers.FreshDomain();
        const string Nothing = """
            "cache":{},"originPolicy":{},"headers":{"request":[]},"securityHeaders":null,"cors":null,"redirects":[],"rewrites":[],
            "access":{"allow":[],"signedUrls":null},"limits":{},"maintenance":null,"steering":{"regions":[]}
            """;
        await api.Client.PutJsonAsync($"/api/v1/domains/{name}", Answers.Domain(name));
        var least = (string)(await api.Redis.StringGetAsync(RedisKeys.Domain(name)))!;
        Assert.Equal(
            """{"name":"NAME","origins":[{"scheme":"http","host":"127.0.0.1","port":9000,"weight":1}],"upstreamHeaders":{},"cacheEnable":true,"rules":[],""",
            least[..least.IndexOf("\"updatedAt\"", StringComparison.Ordinal)].Replace(name, "NAME", StringComparison.Ordinal));

        var shown = await (await api.Client.PutJsonAsync($"/api/v1/domains/{name}", $"{Answers.Domain(name)[..^1]},{Nothing}}}")).ReadAsync(HttpStatusCode.OK);

        AssertContent(JsonNode.Parse(least)!.AsObject(), await StoredAsync(name));
        Assert.Equal(
            ["accessName", "cacheEnable", "createdAt", "name", "origins", "revision", "rules", "tls", "updatedAt", "updatedBy", "upstreamHeaders"],
            shown.AsObject().Select(m => m.Key).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_rule_may_say_that_nothing_of_the_domains_policy_counts_there()
    {
        var name = Answers.FreshDomain();
        await (await PutAsync(name, """
            "cache":{"ttl":60,"bypass":{"cookies":["session"]}},"rules":[{"path":"/a","bypass":{},"statusTtl":{},"query":{},"key":{}}]
            """)).ReadAsync(HttpStatusCode.Created);
        AssertEqual("""[{"path":"/a","methods":["GET","HEAD"],"statusTtl":{},"bypass":{},"query":{},"key":{}}]""", (await StoredAsync(name))["rules"]);
    }

    [Fact]
    public async Task An_old_document_is_read_and_goes_on()
    {
        var name = Answers.FreshDomain();
        await api.Redis.StringSetAsync(RedisKeys.Domain(name), $$$"""
            {"name":"{{{name}}}","origins":[{"scheme":"http","host":"127.0.0.1","port":9000,"weight":1}],"upstreamHeaders":{},"cacheEnable":true,
             "rules":[{"path":"/a","ttl":600,"methods":["GET"]}],"updatedAt":"2026-01-02T03:04:05+00:00","updatedBy":"","createdAt":"2026-01-02T03:04:05+00:00","revision":7}
            """);
        var patched = await (await api.Client.PatchDomainAsync(name, """{"cache":{"ttl":1}}""")).ReadAsync(HttpStatusCode.OK);
        Assert.Equal(8, (int?)patched["revision"]);
        AssertEqual("""[{"path":"/a","ttl":600,"methods":["GET"]}]""", patched["rules"]);
    }

    [Theory]
    [InlineData(""" "access":{"allow":["192.0.2.1","2001:DB8:0::/32"]}""", "access", """{"allow":["192.0.2.1/32","2001:db8::/32"]}""")]
    [InlineData(""" "access":{"allowCountries":["de"],"denyCountries":["Us"]}""", "access", """{"allowCountries":["DE"],"denyCountries":["US"]}""")]
    [InlineData(""" "access":{"referrers":{"allow":["*.A.test."]}}""", "access", """{"referrers":{"allow":["*.a.test"]}}""")]
    [InlineData(""" "cors":{"origins":["HTTPS://*.Ä.test:443","http://A.test:80","http://[0::1]:8080"]}""", "cors",
        """{"origins":["https://*.xn--4ca.test","http://a.test","http://[::1]:8080"]}""")]
    public async Task Names_and_networks_get_their_normal_form(string members, string field, string expected)
    {
        var name = Answers.FreshDomain();
        await (await PutAsync(name, members)).ReadAsync(HttpStatusCode.Created);
        AssertEqual(expected, (await StoredAsync(name))[field]);
    }

    [Fact]
    public async Task So_do_those_of_an_origin()
    {
        var name = Answers.FreshDomain();
        await (await api.Client.PutJsonAsync($"/api/v1/domains/{name}", """
            {"origins":[{"scheme":"https","host":"o.test","port":443,"hostHeader":"WWW.Ä.test:8080","serverName":"O.test."}]}
            """)).ReadAsync(HttpStatusCode.Created);
        var origin = (await StoredAsync(name))["origins"]![0]!;
        Assert.Equal(("www.xn--4ca.test:8080", "o.test"), ((string?)origin["hostHeader"], (string?)origin["serverName"]));
    }

    [Fact]
    public async Task A_patch_merges_into_them_and_the_history_tells()
    {
        var name = Answers.FreshDomain();
        const string Members = """ "maintenance":{"enabled":false,"body":"Soon","status":503},"access":{"deny":["192.0.2.0/24"],"denyCountries":["DE"]}""";
        await (await PutAsync(name, Members)).ReadAsync(HttpStatusCode.Created);

        const string Patch = """{"maintenance":{"enabled":true,"status":null},"access":{"denyCountries":null}}""";
        var patched = await (await api.Client.PatchDomainAsync(name, Patch)).ReadAsync(HttpStatusCode.OK);

        AssertEqual("""{"enabled":true,"body":"Soon"}""", patched["maintenance"]);
        AssertEqual("""{"deny":["192.0.2.0/24"]}""", patched["access"]);
        var history = await (await api.Client.GetAsync($"/api/v1/domains/{name}/history")).ReadAsync(HttpStatusCode.OK);
        Assert.Equal(["access", "maintenance"], history["items"]![0]!["changed"]!.AsArray().Select(c => (string)c!).Order(StringComparer.Ordinal));
        var revision = await (await api.Client.GetAsync($"/api/v1/domains/{name}/history/1")).ReadAsync(HttpStatusCode.OK);
        Assert.Contains(revision["diff"]!.AsArray(), o => (string?)o!["path"] == "/access/denyCountries");
        var audit = (await (await api.Client.GetAsync($"/api/v1/audit?key={name}&limit=1")).ReadAsync(HttpStatusCode.OK))["items"]![0]!;
        AssertEqual("""{"deny":["192.0.2.0/24"],"denyCountries":["DE"]}""", audit["before"]!["access"]);
        AssertEqual("""{"deny":["192.0.2.0/24"]}""", audit["after"]!["access"]);
    }

    [Fact]
    public async Task The_parts_carry_what_belongs_to_them()
    {
        var name = Answers.FreshDomain();
        var path = $"/api/v1/domains/{name}";
        await (await api.Client.PutJsonAsync(path, Answers.Domain(name))).ReadAsync(HttpStatusCode.Created);
        foreach (var (part, body, least) in new[]
        {
            (
                "upstreams", """{"origins":[{"scheme":"http","host":"127.0.0.1","port":1,"weight":1,"backup":false}],"originPolicy":{"attempts":2}}""",
                """{"origins":[{"scheme":"http","host":"127.0.0.1","port":2}]}"""),
            ("cache-rules", """{"cacheEnable":true,"rules":[{"path":"/a","methods":["GET"],"maxTtl":9}],"cache":{"ttl":5}}""", """{"rules":[]}"""),
            (
                "headers", """{"upstreamHeaders":{"X-A":"a"},"headers":{"response":[{"action":"remove","name":"Server"}]}}""",
                """{"upstreamHeaders":{}}"""),
        })
        {
            AssertEqual(body, await (await api.Client.PutJsonAsync($"{path}/{part}", body)).ReadAsync(HttpStatusCode.OK));
            AssertEqual(body, await (await api.Client.GetAsync($"{path}/{part}")).ReadAsync(HttpStatusCode.OK));
            // What is left out stays, and an empty object takes it away.
            var member = part switch { "upstreams" => "originPolicy", "cache-rules" => "cache", _ => "headers" };
            var kept = await (await api.Client.PutJsonAsync($"{path}/{part}", least)).ReadAsync(HttpStatusCode.OK);
            Assert.NotNull(kept[member]);
            var none = await (await api.Client.PutJsonAsync($"{path}/{part}", $"{least[..^1]},\"{member}\":{{}}}}")).ReadAsync(HttpStatusCode.OK);
            Assert.False(none.AsObject().ContainsKey(member));
        }
    }

    private Task<HttpResponseMessage> PutAsync(string name, string members) =>
        api.Client.PutJsonAsync($"/api/v1/domains/{name}", $"{Answers.Domain(name)[..^1]},{members}}}");

    private async Task<JsonObject> StoredAsync(string name) => JsonNode.Parse((string)(await api.Redis.StringGetAsync(RedisKeys.Domain(name)))!)!.AsObject();

    private async Task<JsonNode> ImportAsync(string line)
    {
        var response = await api.Client.PostAsync("/api/v1/domains/import", new StringContent(line, Encoding.UTF8, "application/x-ndjson"));
        return JsonNode.Parse((await response.Content.ReadAsStringAsync()).Split('\n')[0])!;
    }

    private static JsonObject Expected(JsonObject given, string name)
    {
        var expected = given.DeepClone().AsObject();
        (expected["name"], expected["cacheEnable"], expected["upstreamHeaders"]) = (name, true, new JsonObject());
        expected["rules"] ??= new JsonArray();
        return expected;
    }

    private static JsonObject Without(JsonNode document, params string[] members)
    {
        var rest = document.DeepClone().AsObject();
        foreach (var member in members.Concat(Added))
            rest.Remove(member);
        return rest;
    }

    private static void AssertContent(JsonObject expected, JsonObject actual)
    {
        var (left, right) = (Without(expected), Without(actual));
        Assert.True(JsonNode.DeepEquals(left, right), $"{left.ToJsonString()}\n{right.ToJsonString()}");
    }

    private static void AssertEqual(string expected, JsonNode? actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), actual?.ToJsonString());
}

using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cirrus.Core.Redis;

namespace Cirrus.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class DomainTlsTests(ApiServer api)
{
    [Fact]
    public async Task What_a_domain_wants_of_tls_is_stored_and_what_is_shown_can_be_sent_back()
    {
        var name = Answers.FreshDomain();
        var tls = $$$"""
            {"certificate":"acme","keyType":"rsa2048","alternativeNames":["API.{{{name}}}","*.{{{name}}}"],"redirect":true,
             "hsts":{"maxAge":31536000,"includeSubDomains":true,"preload":true}}
            """;
        await (await PostAsync(name, tls)).ReadAsync(HttpStatusCode.Created);

        var shown = await (await api.Client.GetAsync($"/api/v1/domains/{name}")).ReadAsync(HttpStatusCode.OK);
        AssertTls(
            $$$"""
            {"certificate":"acme","keyType":"rsa2048","alternativeNames":["api.{{{name}}}","*.{{{name}}}"],"holdDns":true,"redirect":true,
             "hsts":{"maxAge":31536000,"includeSubDomains":true,"preload":true}}
            """, shown);
        Assert.True(JsonNode.DeepEquals(shown["tls"], (await StoredAsync(name))["tls"]));
        var again = await (await api.Client.PutJsonAsync($"/api/v1/domains/{name}", shown.ToJsonString())).ReadAsync(HttpStatusCode.OK);
        Assert.True(JsonNode.DeepEquals(shown["tls"], again["tls"]));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"certificate":"none","keyType":"ecdsaP256","alternativeNames":[],"redirect":false,"hsts":null}""")]
    public async Task A_domain_that_does_not_want_tls_says_nothing_about_it(string tls)
    {
        var name = Answers.FreshDomain();
        var created = await (await PostAsync(name, tls)).ReadAsync(HttpStatusCode.Created);

        Assert.True(created.AsObject().ContainsKey("tls"));
        Assert.Null(created["tls"]);
        Assert.False((await StoredAsync(name)).ContainsKey("tls"));
        await (await api.Client.PutJsonAsync($"/api/v1/domains/{name}", created.ToJsonString())).ReadAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task DNS_is_held_for_a_new_domain_but_not_for_one_that_is_live()
    {
        var (fresh, live) = (Answers.FreshDomain(), Answers.FreshDomain());
        Assert.True(await PutAsync(fresh, """{"certificate":"acme"}"""));
        Assert.True(await PutAsync(fresh, """{"certificate":"own"}"""));
        Assert.False(await PutAsync(fresh, """{"certificate":"own","holdDns":false}"""));
        Assert.False(await PutAsync(fresh, """{"certificate":"acme"}"""));

        await PutAsync(live, "null");
        Assert.False(await PutAsync(live, """{"certificate":"acme"}"""));
        Assert.True(await PutAsync(live, """{"certificate":"acme","holdDns":true}"""));
        Assert.True(await PutAsync(live, """{"certificate":"acme"}"""));
        Assert.False(await PutAsync(live, """{"certificate":"none","redirect":true}"""));
        Assert.False(await PutAsync(live, """{"certificate":"acme"}"""));

        async Task<bool> PutAsync(string name, string tls)
        {
            var response = await api.Client.PutJsonAsync($"/api/v1/domains/{name}", Body(name, tls));
            Assert.True(response.IsSuccessStatusCode);
            return (bool?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["tls"]?["holdDns"] ?? false;
        }
    }

    [Theory]
    [InlineData("""{"certificate":"letsencrypt"}""", "tls.certificate")]
    [InlineData("""{"certificate":1}""", "tls.certificate")]
    [InlineData("""{"keyType":"rsa1024"}""", "tls.keyType")]
    [InlineData("""{"alternativeNames":["a b.test","*.*.test","192.0.2.1",null]}""",
        "tls.alternativeNames[0]", "tls.alternativeNames[1]", "tls.alternativeNames[2]", "tls.alternativeNames[3]")]
    [InlineData("""{"alternativeNames":["x.test","y.test","X.TEST."]}""", "tls.alternativeNames[2]")]
    [InlineData("""{"alternativeNames":["x.cdn.local.test","cdn.local.test"]}""", "tls.alternativeNames[0]", "tls.alternativeNames[1]")]
    [InlineData("""{"alternativeNames":["x.test","NAME"]}""", "tls.alternativeNames[1]")]
    [InlineData("""{"hsts":{}}""", "tls.hsts.maxAge")]
    [InlineData("""{"hsts":{"maxAge":-1}}""", "tls.hsts.maxAge")]
    [InlineData("""{"hsts":{"maxAge":63072001}}""", "tls.hsts.maxAge")]
    [InlineData("""{"hsts":{"maxAge":99999999999}}""", "tls.hsts.maxAge")]
    [InlineData("""{"hsts":{"maxAge":31536000,"preload":true}}""", "tls.hsts.preload")]
    [InlineData("""{"hsts":{"maxAge":31535999,"includeSubDomains":true,"preload":true}}""", "tls.hsts.preload")]
    [InlineData("""{"certificate":"x","keyType":"y","hsts":{"maxAge":-1}}""", "tls.certificate", "tls.hsts.maxAge", "tls.keyType")]
    [InlineData("""{"redirect":"yes"}""", "tls.redirect")]
    [InlineData("""{"bogus":1}""", "tls.bogus")]
    public async Task Every_problem_is_named_by_its_field_wherever_it_is_written(string tls, params string[] fields)
    {
        var (name, existing) = (Answers.FreshDomain(), Answers.FreshDomain());
        await api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain(existing));
        string For(string domain) => tls.Replace("NAME", domain.ToUpperInvariant(), StringComparison.Ordinal);

        Assert.Equal(fields, await (await PostAsync(name, For(name))).InvalidFieldsAsync());
        Assert.Equal(fields, await (await api.Client.PostJsonAsync("/api/v1/domains/validate", Body(name, For(name)))).InvalidFieldsAsync());
        Assert.Equal(fields, await (await api.Client.PutJsonAsync($"/api/v1/domains/{existing}", Body(existing, For(existing)))).InvalidFieldsAsync());
        Assert.Equal(fields, await (await api.Client.PatchDomainAsync(existing, $$"""{"tls":{{For(existing)}}}""")).InvalidFieldsAsync());
        // The part is read by itself before it is put into the whole.
        var part = await (await api.Client.PutJsonAsync($"/api/v1/domains/{existing}/tls", $$"""{"tls":{{For(existing)}}}""")).InvalidFieldsAsync();
        Assert.Equal(fields, part);
        Assert.Equal(fields, (await ImportAsync(Body(existing, For(existing))))[0]["errors"]!.AsObject().Select(e => e.Key).Order(StringComparer.Ordinal));
        Assert.Equal(1, (int)(await StoredAsync(existing))["revision"]!);
    }

    [Fact]
    public async Task A_certificate_is_for_a_hundred_names_at_most()
    {
        var names = Enumerable.Range(0, 100).Select(i => $"n{i}.test").ToArray();
        var tooMany = await PostAsync(Answers.FreshDomain(), JsonSerializer.Serialize(new { alternativeNames = names }));
        Assert.Equal(["tls.alternativeNames"], await tooMany.InvalidFieldsAsync());
        await (await PostAsync(Answers.FreshDomain(), JsonSerializer.Serialize(new { alternativeNames = names[1..] }))).ReadAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task A_confined_token_adds_names_of_its_own_domains_only_but_may_leave_those_that_are_there()
    {
        var name = Answers.FreshDomain();
        var parent = name["www.".Length..];
        using var confined = await ConfinedAsync(name, $"own.{parent}");
        string Names(params string[] names) => Body(name, JsonSerializer.Serialize(new { certificate = "acme", holdDns = false, alternativeNames = names }));

        Assert.Equal(
            ["tls.alternativeNames[1]"], await (await confined.PostJsonAsync("/api/v1/domains", Names($"own.{parent}", parent))).InvalidFieldsAsync());
        await (await confined.PutJsonAsync($"/api/v1/domains/{name}", Names($"own.{parent}"))).ReadAsync(HttpStatusCode.Created);
        foreach (var write in new[] { "PUT", "PATCH" })
        {
            var refused = write == "PUT"
                ? await confined.PutJsonAsync($"/api/v1/domains/{name}", Names(parent))
                : await confined.PatchDomainAsync(name, $$$"""{"tls":{"alternativeNames":["{{{parent}}}"]}}""");
            Assert.Equal(["tls.alternativeNames[0]"], await refused.InvalidFieldsAsync());
        }
        var line = (await ImportAsync(Names(parent), confined))[0];
        Assert.Equal("refused tls.alternativeNames[0]", $"{line["status"]} {line["errors"]!.AsObject().Single().Key}");

        await (await api.Client.PutJsonAsync($"/api/v1/domains/{name}", Names(parent))).ReadAsync(HttpStatusCode.OK);
        await (await confined.PutJsonAsync($"/api/v1/domains/{name}", Names(parent, $"own.{parent}"))).ReadAsync(HttpStatusCode.OK);
        await (await confined.PatchDomainAsync(name, """{"cacheEnable":false}""")).ReadAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_patch_and_the_part_change_it_and_history_shows_it()
    {
        var name = Answers.FreshDomain();
        var path = $"/api/v1/domains/{name}/tls";
        await (await api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain(name))).ReadAsync(HttpStatusCode.Created);
        var none = await api.Client.GetAsync(path);
        Assert.Equal("""{"tls":null}""", await none.Content.ReadAsStringAsync());
        Assert.Equal("\"1\"", none.Headers.ETag?.ToString());

        var patched = await (await api.Client.PatchDomainAsync(name, """{"tls":{"certificate":"own","hsts":{"maxAge":60}}}""")).ReadAsync(HttpStatusCode.OK);
        AssertTls(
            """
            {"certificate":"own","keyType":"ecdsaP256","alternativeNames":[],"holdDns":false,"redirect":false,
             "hsts":{"maxAge":60,"includeSubDomains":false,"preload":false}}
            """, patched);
        patched = await (await api.Client.PatchDomainAsync(name, """{"tls":{"redirect":true,"hsts":null}}""")).ReadAsync(HttpStatusCode.OK);
        AssertTls("""{"certificate":"own","keyType":"ecdsaP256","alternativeNames":[],"holdDns":false,"redirect":true}""", patched);

        var part = await (await api.Client.SendJsonAsync(HttpMethod.Put, path, """{"tls":{"certificate":"acme"}}""", "\"3\"")).ReadAsync(HttpStatusCode.OK);
        AssertTls("""{"certificate":"acme","keyType":"ecdsaP256","alternativeNames":[],"holdDns":false,"redirect":false}""", part);
        await (await api.Client.SendJsonAsync(HttpMethod.Put, path, part.ToJsonString(), "\"3\"")).ReadAsync(HttpStatusCode.PreconditionFailed);
        Assert.Equal(["tls"], await (await api.Client.PutJsonAsync(path, "{}")).InvalidFieldsAsync());
        Assert.Null((await (await api.Client.PutJsonAsync(path, """{"tls":null}""")).ReadAsync(HttpStatusCode.OK))["tls"]);

        var history = await (await api.Client.GetAsync($"/api/v1/domains/{name}/history")).ReadAsync(HttpStatusCode.OK);
        Assert.All(history["items"]!.AsArray().Take(4), e => Assert.Equal("""["tls"]""", e!["changed"]!.ToJsonString()));
        var revision = await (await api.Client.GetAsync($"/api/v1/domains/{name}/history/4")).ReadAsync(HttpStatusCode.OK);
        var changed = Assert.Single(revision["diff"]!.AsArray(), o => (string?)o!["path"] == "/tls");
        Assert.Equal("""{"op":"replace","path":"/tls","value":null}""", changed!.ToJsonString());
        var back = await (await api.Client.SendJsonAsync(HttpMethod.Post, $"/api/v1/domains/{name}/rollback", """{"revision":3}""", "\"5\"")).ReadAsync(HttpStatusCode.OK);
        Assert.Equal(true, (bool?)back["tls"]!["redirect"]);
    }

    [Fact]
    public async Task An_import_of_an_export_changes_nothing()
    {
        var own = $"x{Guid.NewGuid():N}";
        var lines = new[] { Body($"{own}-a.test", """{"certificate":"acme","alternativeNames":["b.test","a.test"]}"""), Answers.Domain($"{own}-b.test") };
        Assert.All((await ImportAsync(string.Join('\n', lines)))[..2], l => Assert.Equal("created", (string?)l["status"]));
        Assert.All((await ImportAsync(string.Join('\n', lines)))[..2], l => Assert.Equal("unchanged", (string?)l["status"]));

        var export = (await api.Client.GetStringAsync($"/api/v1/domains/export?q={own}")).Trim();
        var exported = export.Split('\n').Select(l => JsonNode.Parse(l)!.AsObject()).ToArray();
        AssertTls("""{"certificate":"acme","keyType":"ecdsaP256","alternativeNames":["b.test","a.test"],"holdDns":true,"redirect":false}""", exported[0]);
        Assert.False(exported[1].ContainsKey("tls"));
        Assert.All((await ImportAsync(export))[..2], l => Assert.Equal("unchanged", (string?)l["status"]));
    }

    private static string Body(string name, string tls) => Answers.Domain(name)[..^1] + $",\"tls\":{tls}}}";

    private Task<HttpResponseMessage> PostAsync(string name, string tls) => api.Client.PostJsonAsync("/api/v1/domains", Body(name, tls));

    private async Task<JsonNode[]> ImportAsync(string lines, HttpClient? client = null)
    {
        var content = new StringContent(lines);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        var response = await (client ?? api.Client).PostAsync("/api/v1/domains/import", content);
        return [.. (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)!)];
    }

    private async Task<JsonObject> StoredAsync(string name) => JsonNode.Parse((string)(await api.Redis.StringGetAsync(RedisKeys.Domain(name)))!)!.AsObject();

    private Task<HttpClient> ConfinedAsync(params string[] domains) => api.ConfinedAsync("operator", domains);

    private static void AssertTls(string expected, JsonNode document) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), document["tls"]), document["tls"]?.ToJsonString());
}

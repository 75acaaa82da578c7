using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cirrus.Core.Redis;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class CertificateTests(ApiServer api)
{
    [Fact]
    public async Task A_certificate_is_stored_in_one_step_and_shown_without_its_key()
    {
        var name = await CreateAsync();
        var (fullchain, key) = TestCertificate.Make([name]);

        var put = await PutAsync(name, fullchain, key);

        var shown = await put.ReadAsync(HttpStatusCode.Created);
        Assert.Equal([name], shown["names"]!.AsArray().Select(n => (string)n!));
        Assert.Equal(("CN=Test authority", "operator", 1), ((string)shown["issuer"]!, (string)shown["source"]!, (int)shown["revision"]!));
        Assert.Equal((fullchain.Trim(), null), ((string)shown["chain"]!, (string?)shown["authority"]));
        var get = await api.Client.GetAsync($"/api/v1/domains/{name}/cert");
        Assert.True(JsonNode.DeepEquals(shown, await get.ReadAsync(HttpStatusCode.OK)));
        Assert.Equal("\"1\"", get.Headers.ETag?.ToString());

        var stored = (await api.Redis.HashGetAllAsync(RedisKeys.Certificate(name))).ToDictionary(f => (string)f.Name!, f => (string)f.Value!);
        Assert.Equal(["fingerprint", "fullchain", "key", "notAfter", "notBefore", "present", "revision", "source", "summary"], stored.Keys.Order());
        Assert.Equal((fullchain.Trim(), key.Trim()), (stored["fullchain"], stored["key"]));
        var change = Assert.Single(await api.Redis.StreamRangeAsync(RedisKeys.Events, put.Change(), put.Change()));
        Assert.Equal(("cert-put", name), ((string)change["type"]!, (string)change["key"]!));
    }

    [Fact]
    public async Task No_key_reaches_the_audit_trail_an_answer_or_the_domain()
    {
        var name = await CreateAsync();
        var (firstChain, firstKey) = TestCertificate.Make([name]);
        var (secondChain, secondKey) = TestCertificate.Make([name]);
        var answers = new List<string>();
        (string, string)[] sent =
        [
            (firstChain, firstKey), (secondChain, secondKey),
            (firstChain, secondKey), (firstChain + firstKey, firstKey), (firstChain, firstKey[..100]),
        ];
        foreach (var (chain, key) in sent)
            answers.Add(await (await PutAsync(name, chain, key)).Content.ReadAsStringAsync());
        answers.Add(await api.Client.GetStringAsync($"/api/v1/domains/{name}/cert"));
        await api.Client.DeleteAsync($"/api/v1/domains/{name}/cert");

        var audit = (await api.Redis.StreamRangeAsync(RedisKeys.Audit))
            .Where(e => e["key"] == name && e["action"] != "domain-put" && e["outcome"] == "accepted").ToList();
        Assert.Equal(["cert-put", "cert-put", "cert-delete"], audit.Select(e => (string)e["action"]!));
        Assert.Equal(["", (string)audit[0]["after"]!, (string)audit[1]["after"]!], audit.Select(e => (string)e["before"]!));
        Assert.Equal(
            ["fingerprint", "issuer", "names", "notAfter", "notBefore", "source"],
            JsonNode.Parse((string)audit[0]["after"]!)!.AsObject().Select(m => m.Key).Order());
        foreach (var key in new[] { firstKey, secondKey })
        {
            var secret = key.Split('\n')[1][20..60];
            Assert.All(answers, a => Assert.DoesNotContain(secret, a));
            Assert.All(audit, e => Assert.All(e.Values, v => Assert.DoesNotContain(secret, (string)v.Value!)));
        }
    }

    [Fact]
    public async Task Every_problem_is_named_by_its_field()
    {
        var name = await CreateAsync();
        var (chain, key) = TestCertificate.Make([name]);
        var other = TestCertificate.Make([$"x.{name}"]);
        var events = await api.Redis.StreamLengthAsync(RedisKeys.Events);

        Assert.Equal(["fullchainPem", "keyPem"], await (await api.Client.PutJsonAsync($"/api/v1/domains/{name}/cert", "{}")).InvalidFieldsAsync());
        Assert.Equal(["fullchainPem", "keyPem"], await (await PutAsync(name, "a", "b")).InvalidFieldsAsync());
        Assert.Equal(["fullchainPem"], await (await PutAsync(name, other.Fullchain, other.Key)).InvalidFieldsAsync());
        Assert.Equal(["keyPem"], await (await PutAsync(name, chain, other.Key)).InvalidFieldsAsync());
        Assert.Equal(["fullchainPem"], await (await PutAsync(name, chain + new string('\n', 65536), key)).InvalidFieldsAsync());
        Assert.Equal(["keyPem"], await (await PutAsync(name, chain, key + new string('\n', 65536))).InvalidFieldsAsync());
        Assert.Equal(events, await api.Redis.StreamLengthAsync(RedisKeys.Events));
        Assert.False(await api.Redis.KeyExistsAsync(RedisKeys.Certificate(name)));
    }

    [Fact]
    public async Task A_certificate_that_is_to_be_revoked_is_deleted_and_left_for_the_workers_in_one_step()
    {
        var name = await CreateAsync();
        var (fullchain, key) = TestCertificate.Make([name]);
        var put = await PutAsync(name, fullchain, key);
        var fingerprint = (string)(await put.ReadAsync(HttpStatusCode.Created))["fingerprint"]!;

        var refused = await api.Client.DeleteAsync($"/api/v1/domains/{name}/cert?revoke=boredom");
        var problem = await refused.ReadAsync(HttpStatusCode.BadRequest);
        Assert.StartsWith("This is one of: unspecified, keyCompromise,", (string?)problem["errors"]!["revoke"]![0], StringComparison.Ordinal);
        await (await api.Client.GetAsync($"/api/v1/domains/{name}/cert")).ReadAsync(HttpStatusCode.OK);
        Assert.False(await api.Redis.HashExistsAsync(RedisKeys.AcmeRevocations, fingerprint));

        var deleted = await api.Client.DeleteAsync($"/api/v1/domains/{name}/cert?revoke=keyCompromise");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        var kept = JsonNode.Parse((string)(await api.Redis.HashGetAsync(RedisKeys.AcmeRevocations, fingerprint))!)!;
        Assert.Equal((name, "keyCompromise", "master"), ((string?)kept["domain"], (string?)kept["reason"], (string?)kept["requestedBy"]));
        var audit = Assert.Single(await api.Redis.StreamRangeAsync(RedisKeys.Audit), e => e["change"] == deleted.Change());
        Assert.Equal("cert-revoke", (string?)audit["action"]);
    }

    [Fact]
    public async Task A_certificate_is_replaced_and_deleted_only_as_it_was_seen()
    {
        var name = await CreateAsync();
        var (chain, key) = TestCertificate.Make([name]);
        await (await PutAsync(name, chain, key, "\"1\"")).ReadAsync(HttpStatusCode.PreconditionFailed);
        await (await PutAsync(name, chain, key)).ReadAsync(HttpStatusCode.Created);
        var second = TestCertificate.Make([name]);
        Assert.Equal(2, (int?)(await (await PutAsync(name, second.Fullchain, second.Key, "\"1\"")).ReadAsync(HttpStatusCode.OK))["revision"]);
        await (await PutAsync(name, chain, key, "\"1\"")).ReadAsync(HttpStatusCode.PreconditionFailed);
        var late = await api.Client.SendJsonAsync(HttpMethod.Delete, $"/api/v1/domains/{name}/cert", ifMatch: "\"1\"");
        await late.ReadAsync(HttpStatusCode.PreconditionFailed);

        var deleted = await api.Client.SendJsonAsync(HttpMethod.Delete, $"/api/v1/domains/{name}/cert", ifMatch: "\"2\"");
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.NotEmpty(deleted.Change());
        await (await api.Client.GetAsync($"/api/v1/domains/{name}/cert")).ReadAsync(HttpStatusCode.NotFound);
        await (await api.Client.DeleteAsync($"/api/v1/domains/{name}/cert")).ReadAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_certificate_that_comes_back_goes_on_counting()
    {
        var name = await CreateAsync();
        var (chain, key) = TestCertificate.Make([name]);
        await (await PutAsync(name, chain, key)).ReadAsync(HttpStatusCode.Created);
        await api.Client.DeleteAsync($"/api/v1/domains/{name}/cert");
        var second = await PutAsync(name, chain, key);
        Assert.Equal(2, (int)(await second.ReadAsync(HttpStatusCode.Created))["revision"]!);
        Assert.Equal("\"2\"", second.Headers.ETag?.Tag);

        // With its domain it goes as well.
        await api.Client.DeleteAsync($"/api/v1/domains/{name}");
        await (await api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain(name))).ReadAsync(HttpStatusCode.Created);
        await (await PutAsync(name, chain, key)).ReadAsync(HttpStatusCode.Created);

        Assert.Equal("\"3\"", (await api.Client.GetAsync($"/api/v1/domains/{name}/cert")).Headers.ETag?.Tag);
        await (await PutAsync(name, chain, key, "\"1\"")).ReadAsync(HttpStatusCode.PreconditionFailed);
        Assert.InRange(
            (await api.Redis.KeyTimeToLiveAsync(RedisKeys.FormerCertificate(name)))!.Value, TimeSpan.FromDays(29.9), TimeSpan.FromDays(30));
    }

    [Fact]
    public async Task Without_its_domain_there_is_no_certificate()
    {
        var name = Answers.FreshDomain();
        var (chain, key) = TestCertificate.Make([name]);
        await (await PutAsync(name, chain, key)).ReadAsync(HttpStatusCode.NotFound);

        await api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain(name));
        await (await PutAsync(name, chain, key)).ReadAsync(HttpStatusCode.Created);
        await api.Client.DeleteAsync($"/api/v1/domains/{name}");
        Assert.False(await api.Redis.KeyExistsAsync(RedisKeys.Certificate(name)));
    }

    private Task<HttpResponseMessage> PutAsync(string name, string fullchainPem, string keyPem, string? ifMatch = null) =>
        api.Client.SendJsonAsync(HttpMethod.Put, $"/api/v1/domains/{name}/cert", JsonSerializer.Serialize(new { fullchainPem, keyPem }), ifMatch);

    private async Task<string> CreateAsync()
    {
        var name = Answers.FreshDomain();
        await (await api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain(name))).ReadAsync(HttpStatusCode.Created);
        return name;
    }
}

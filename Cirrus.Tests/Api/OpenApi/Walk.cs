using System.Text.Json;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Api.OpenApi;

/// <summary>A way through all that the master token may do, in an order in which it succeeds; bodies are the document's examples.</summary>
internal sealed class Walk(Conversation talk, HttpClient master)
{
    private static readonly Dictionary<string, string> Nowhere = [];

    private readonly Dictionary<string, string> _domain = new() { ["name"] = "www.example.com" };
    private readonly Dictionary<string, string> _node = new() { ["id"] = "edge-1" };
    private readonly Dictionary<string, string> _user = new() { ["name"] = "bob" };

    public async Task RunAsync()
    {
        await NodesAsync();
        await DomainsAsync();
        await CertificateAsync();
        await PurgesAsync();
        await IdentitiesAsync();
        await AuditAsync();
        await CallAsync(204, "deleteDomain", _domain);
        await CallAsync(200, "listDomainHistory", _domain);
        await CallAsync(204, "deleteNode", _node);
    }

    private async Task NodesAsync()
    {
        await CallAsync(201, "putNode", _node);
        await CallAsync(200, "putNode", _node);
        await CallAsync(200, "patchNode", _node);
        await CallAsync(200, "getNode", _node);
        await CallAsync(200, "getNodeHealth", new(_node) { ["since"] = "2026-01-01T00:00:00Z", ["limit"] = "5" });
        await CallAsync(200, "getNodeLatency", _node);
        await CallAsync(200, "listNodes", new() { ["state"] = "active" });
        await CallAsync(200, "drainNode", _node);
        await CallAsync(200, "disableNode", _node);
        await CallAsync(200, "quarantineNode", _node);
        await CallAsync(200, "releaseNode", _node);
        await CallAsync(200, "activateNode", _node);
    }

    private async Task DomainsAsync()
    {
        await CallAsync(200, "validateDomain", Nowhere);
        await CallAsync(201, "createDomain", Nowhere);
        await CallAsync(200, "validateDomain", Nowhere);
        await CallAsync(200, "putDomain", _domain);
        await CallAsync(200, "patchDomain", _domain);
        await CallAsync(200, "putUpstreams", _domain);
        await CallAsync(200, "putCacheRules", _domain);
        await CallAsync(200, "putHeaders", _domain);
        await CallAsync(200, "putTls", _domain);
        var shown = await CallAsync(200, "getDomain", _domain);
        await CallAsync(200, "listDomains", new() { ["limit"] = "1", ["q"] = "www." });
        await CallAsync(200, "getUpstreams", _domain);
        await CallAsync(200, "getCacheRules", _domain);
        await CallAsync(200, "getHeaders", _domain);
        await CallAsync(200, "getTls", _domain);
        await CallAsync(200, "getDomainCname", _domain);
        await CallAsync(200, "getSteeringPlan", new() { ["drain"] = "edge-1", ["add"] = "edge-2:100" });
        await CallAsync(200, "listDomainHistory", _domain);
        var revision = await CallAsync(200, "getDomainRevision", new(_domain) { ["revision"] = "1" });
        Assert.NotEmpty(revision.Body!["diff"]!.AsArray());
        await CallAsync(200, "rollbackDomain", _domain, headers: ("If-Match", shown.ETag));
        Assert.NotEmpty((await CallAsync(200, "exportDomains", Nowhere)).Text);
        await CallAsync(200, "importDomains", new() { ["dryRun"] = "true" });
        await CallAsync(200, "importDomains", Nowhere, $"{Answers.Domain("import.example.com", 70_000)}\n\nno JSON\n");
        await CallAsync(200, "importDomains", Nowhere);
    }

    private async Task CertificateAsync()
    {
        var (fullchainPem, keyPem) = TestCertificate.Make(["www.example.com"]);
        var body = JsonSerializer.Serialize(new { fullchainPem, keyPem });
        await CallAsync(201, "putCertificate", _domain, body);
        await CallAsync(200, "putCertificate", _domain, body);
        var shown = await CallAsync(200, "getCertificate", _domain);
        await CallAsync(304, "getCertificate", _domain, headers: ("If-None-Match", shown.ETag));
        await CallAsync(202, "orderCertificate", _domain);
        await CallAsync(200, "getCertificateOrder", _domain);
        Assert.NotEmpty((await CallAsync(200, "listCertificates", new() { ["expiresWithin"] = "365d", ["source"] = "operator" })).Body!["items"]!.AsArray());
        await CallAsync(200, "getCertificateBudget", new() { ["limit"] = "10" });
        await CallAsync(202, "changeAccountKey", new() { ["name"] = "letsencrypt" });
        await CallAsync(204, "deleteCertificate", new(_domain) { ["revoke"] = "superseded" });
    }

    private async Task PurgesAsync()
    {
        await CallAsync(202, "addPurges", Nowhere);
        var id = (string)(await CallAsync(202, "addPurge", Nowhere)).Body!["id"]!;
        await CallAsync(200, "listPurges", new() { ["domain"] = "www.example.com", ["limit"] = "1" });
        await CallAsync(200, "getPurge", new() { ["id"] = id });
        await CallAsync(202, "addPurges", Nowhere, """{"purges":[{"domain":"www.example.com","tags":["news"],"soft":true}]}""");
        var list = (string)(await CallAsync(202, "warmDomain", _domain)).Body!["id"]!;
        await CallAsync(200, "getWarm", new() { ["id"] = list });
        await CallAsync(200, "explainDomain", new(_domain) { ["url"] = "/index.html" });
        await CallAsync(200, "getChange", new() { ["id"] = id });
    }

    private async Task IdentitiesAsync()
    {
        await CallAsync(200, "getMe", Nowhere);
        var token = new Dictionary<string, string> { ["id"] = (string)(await CallAsync(201, "createToken", Nowhere)).Body!["id"]! };
        await CallAsync(200, "listTokens", Nowhere);
        await CallAsync(200, "getToken", token);
        await CallAsync(204, "deleteToken", token);

        await CallAsync(201, "createUser", Nowhere);
        await CallAsync(200, "putUser", _user);
        await CallAsync(200, "listUsers", Nowhere);
        var shown = await CallAsync(200, "getUser", _user);
        await CallAsync(304, "getUser", _user, headers: ("If-None-Match", shown.ETag));
        await CallAsync(204, "deleteUser", _user);
    }

    private async Task AuditAsync()
    {
        var newest = (await CallAsync(200, "listAudit", new() { ["limit"] = "50" })).Body!["items"]![0]!;
        var (id, hash) = ((string)newest["id"]!, (string)newest["hash"]!);
        await CallAsync(200, "getAudit", new() { ["id"] = id });
        var verified = await CallAsync(200, "verifyAudit", new() { ["id"] = id, ["hash"] = hash });
        Assert.True((bool)verified.Body!["valid"]!);
    }

    private async Task<Answer> CallAsync(
        int status, string id, Dictionary<string, string> place, string? body = null, params (string Name, string Value)[] headers)
    {
        var answer = await talk.CallAsync(master, id, place, body, headers: headers);
        Assert.True(answer.Status == status, $"{id} {answer.Status} {answer.Text}");
        return answer;
    }
}

using System.Net;
using System.Text.Json.Nodes;
using Cirrus.Core.Audit;
using Cirrus.Core.Certificates;
using Cirrus.Core.Changes;
using Cirrus.Core.Domains;
using Cirrus.Core.Nodes;

namespace Cirrus.Tests.Api;

/// <summary>With a Redis of its own: whom DNS names depends on every node there is.</summary>
public sealed class CnameTests : IAsyncLifetime
{
    private static readonly Actor Actor = new("test");
    private readonly ApiServer _api = new();

    public Task InitializeAsync() => _api.InitializeAsync();

    public Task DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task It_says_which_nodes_DNS_names_now_and_what_it_waits_for_to_name_the_others()
    {
        foreach (var i in new[] { 1, 2 })
        {
            await new NodeStore(_api.Store).PutAsync(new Node { Id = $"edge-{i}", Addresses = [$"192.0.2.{i}"], Revision = 1 }, Actor);
            await new NodeStore(_api.Store).SetHealthAsync($"edge-{i}", NodeHealth.Up, "", DateTimeOffset.UtcNow);
        }
        var domain = new CdnDomain { Name = Answers.FreshDomain(), Origins = [new Origin("http", "127.0.0.1", 9000)], CacheEnable = true, Revision = 1 };
        await new DomainStore(_api.Store).PutAsync(domain, Actor);
        await AssertAsync(domain.Name, ["edge-1", "edge-2"], null);

        var tls = new DomainTls { Certificate = CertificateOrigin.Acme, HoldDns = true };
        await new DomainStore(_api.Store).PutAsync(domain with { Revision = 2, Tls = tls }, Actor);
        await AssertAsync(domain.Name, [], "certificate");

        var summary = new CertificateSummary([domain.Name], "", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, "", CertificateSource.Operator);
        var certificate = await new CertificateStore(_api.Store, KeySealing.Parse(null)).PutAsync(
            domain.Name, new CheckedCertificate(summary, "chain", "key"), 0, Actor);
        await AssertAsync(domain.Name, [], "nodes");

        var applied = new AppliedLog(_api.Store);
        await applied.RecordNodeAsync("edge-2", certificate.Change, DateTimeOffset.UtcNow);
        await AssertAsync(domain.Name, ["edge-2"], "nodes");
        await applied.RecordNodeAsync("edge-1", certificate.Change, DateTimeOffset.UtcNow);
        await AssertAsync(domain.Name, ["edge-1", "edge-2"], null);
    }

    [Fact]
    public async Task A_domain_is_led_to_its_pool_and_regions_by_as_many_nodes_and_for_as_long_as_it_asks()
    {
        Node[] nodes =
        [
            new() { Id = "edge-1", Addresses = ["192.0.2.1"], Region = "eu", Revision = 1 },
            new() { Id = "edge-2", Addresses = ["192.0.2.2"], Region = "eu", Pools = ["video", "default"], Revision = 1 },
            new() { Id = "edge-3", Addresses = ["192.0.2.3"], Region = "us", Pools = ["video"], Revision = 1 },
        ];
        foreach (var node in nodes)
        {
            await new NodeStore(_api.Store).PutAsync(node, Actor);
            await new NodeStore(_api.Store).SetHealthAsync(node.Id, NodeHealth.Up, "", DateTimeOffset.UtcNow);
        }
        var name = Answers.FreshDomain();
        await (await _api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain(name))).ReadAsync(HttpStatusCode.Created);
        await AssertAsync(name, ["edge-1", "edge-2"], null);
        await SteerAsync("""{"pool":"video","ttl":7}""", 7);
        await AssertAsync(name, ["edge-2", "edge-3"], null);
        await SteerAsync("""{"regions":["us","asia"]}""", 7);
        await AssertAsync(name, ["edge-3"], null);
        await SteerAsync("""{"pool":"none"}""", 7);
        await AssertAsync(name, [], "pool");
        await SteerAsync("""{"pool":null,"regions":null,"ttl":null,"nodes":1}""", 60);
        Assert.Single((await CnameAsync(name))["nodes"]!.AsArray());

        async Task SteerAsync(string steering, int ttl)
        {
            await (await _api.Client.SendJsonAsync(HttpMethod.Patch, $"/api/v1/domains/{name}", $$"""{"steering":{{steering}}}""")).ReadAsync(HttpStatusCode.OK);
            Assert.Equal(ttl, (int)(await CnameAsync(name))["ttl"]!);
        }
    }

    private async Task<JsonNode> CnameAsync(string domain) =>
        await (await _api.Client.GetAsync($"/api/v1/domains/{domain}/cname")).ReadAsync(HttpStatusCode.OK);

    private async Task AssertAsync(string domain, string[] nodes, string? waitingFor)
    {
        var cname = await CnameAsync(domain);
        Assert.Equal(nodes, cname["nodes"]!.AsArray().Select(n => (string)n!["id"]!).Order());
        Assert.Equal(waitingFor, (string?)cname["waitingFor"]);
    }
}

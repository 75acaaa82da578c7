using System.Net;
using System.Text.Json.Nodes;
using Cirrus.Tests.Api;

namespace Cirrus.Tests.EndToEnd;

[Collection(StackCollection.Name)]
public sealed class ServeAndPurgeTests(Stack stack)
{
    // What a purge promises on one machine, from acceptance to the last node's sighting; bench/receipts.sh measures it. The median of a few
    // tells a broken promise from a disk that took its time once.
    private const int PurgeMilliseconds = 150;
    private const int Purges = 5;

    [Fact]
    public async Task Both_secondaries_give_the_nodes_the_api_names()
    {
        var name = Answers.FreshDomain();
        var access = await stack.CreateDomainAsync(name);

        var cname = await (await stack.Api.GetAsync($"/api/v1/domains/{name}/cname")).ReadAsync(HttpStatusCode.OK);

        Assert.Equal(access, (string?)cname["accessName"]);
        string[] named = [.. cname["nodes"]!.AsArray().SelectMany(n => n!["addresses"]!.AsArray()).Select(a => (string)a!).Order(StringComparer.Ordinal)];
        Assert.Equal([Stack.Edge1, Stack.Edge2], named);
        Assert.Equal(named, await stack.DigAsync(1, access));
        Assert.Equal(named, await stack.DigAsync(2, access));
    }

    [Fact]
    public async Task Nobody_transfers_the_zone_without_the_key_of_the_stack() =>
        Assert.Contains("Transfer failed", await stack.TransferAsync(), StringComparison.Ordinal);

    [Fact]
    public async Task Each_node_answers_MISS_then_HIT()
    {
        var name = Answers.FreshDomain();
        await stack.CreateDomainAsync(name);
        foreach (var address in new[] { Stack.Edge1, Stack.Edge2 })
        {
            using var edge = stack.Edge(address);
            Assert.Equal("MISS", await edge.CacheAsync(name, "/assets/app.css"));
            Assert.Equal("HIT", await edge.CacheAsync(name, "/assets/app.css"));
        }
    }

    [Theory]
    [InlineData("""{"domain":"DOMAIN","urls":["http://DOMAIN/assets/app.css"]}""", "HIT")]
    [InlineData("""{"domain":"DOMAIN","prefixes":["/assets/"]}""", "HIT")]
    [InlineData("""{"domain":"DOMAIN","everything":true}""", "MISS")]
    public async Task A_purge_gives_MISS_again_on_every_node_within_150_ms(string body, string others)
    {
        var name = Answers.FreshDomain();
        await stack.CreateDomainAsync(name);
        using var edge1 = stack.Edge(Stack.Edge1);
        using var edge2 = stack.Edge(Stack.Edge2);
        EdgeClient[] edges = [edge1, edge2];
        var slowest = new List<long>();
        for (var round = 0; round < Purges; round++)
        {
            await FillAsync(edges, name);

            var purge = await stack.Api.PostJsonAsync("/api/v1/purge", body.Replace("DOMAIN", name, StringComparison.Ordinal));
            await purge.ReadAsync(HttpStatusCode.Accepted);
            var nodes = (await stack.AppliedAsync(purge.Change()))["nodes"]!.AsArray();

            Assert.Equal(edges.Length, nodes.Count);
            slowest.Add(nodes.Max(n => (long)n!["milliseconds"]!));
            foreach (var edge in edges)
            {
                Assert.Equal("MISS", await edge.CacheAsync(name, "/assets/app.css"));
                Assert.Equal(others, await edge.CacheAsync(name, "/"));
            }
        }
        Assert.InRange(slowest.Order().ElementAt(Purges / 2), 0, PurgeMilliseconds);
    }

    private static async Task FillAsync(EdgeClient[] edges, string name)
    {
        foreach (var edge in edges)
        {
            foreach (var path in new[] { "/assets/app.css", "/" })
            {
                await edge.CacheAsync(name, path);
                Assert.Equal("HIT", await edge.CacheAsync(name, path));
            }
        }
    }

    [Fact]
    public async Task A_change_of_origin_reaches_the_edge_without_a_reload()
    {
        var name = Answers.FreshDomain();
        await stack.CreateDomainAsync(name);
        var before = stack.EdgeProcesses(Stack.Edge1);

        var put = await stack.Api.PutJsonAsync($"/api/v1/domains/{name}", Answers.Domain(name, port: 1));
        await stack.AppliedAsync(put.Change());

        using var edge = stack.Edge(Stack.Edge1);
        using var response = await edge.GetAsync(name, "/not-cached");
        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal(before, stack.EdgeProcesses(Stack.Edge1));
    }

    [Fact]
    public async Task A_deleted_domain_is_unknown_to_edges_and_name_servers()
    {
        var name = Answers.FreshDomain();
        var access = await stack.CreateDomainAsync(name);
        var deleted = await stack.Api.DeleteAsync($"/api/v1/domains/{name}");
        await stack.AppliedAsync(deleted.Change());

        using var edge = stack.Edge(Stack.Edge1);
        using var response = await edge.GetAsync(name, "/");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Empty(await stack.DigAsync(1, access));
        Assert.Empty(await stack.DigAsync(2, access));
    }

    [Fact]
    public async Task A_refused_write_changes_nothing_anywhere()
    {
        var name = Answers.FreshDomain();
        var refused = await stack.Api.PostJsonAsync("/api/v1/domains", Answers.Domain(name, port: 0));
        Assert.Equal(["origins[0].port"], await refused.InvalidFieldsAsync());

        using var edge = stack.Edge(Stack.Edge2);
        using var response = await edge.GetAsync(name, "/");
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        JsonNode list = await (await stack.Api.GetAsync($"/api/v1/domains?after={name[..^1]}&limit=1")).ReadAsync(HttpStatusCode.OK);
        Assert.DoesNotContain(list["items"]!.AsArray(), d => (string?)d!["name"] == name);
    }
}

using System.Net;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Edge;

/// <summary>A node whose disk has no room for what it would cache.</summary>
[Collection(EdgeGroup.Name)]
public sealed class DiskTests(EdgeFixture fixture)
{
    [Fact]
    public async Task A_node_that_can_not_write_into_its_cache_is_not_ready_until_it_can()
    {
        // What is written to /dev/full gets the very error of a full disk. The node takes the link away when it has tried.
        File.CreateSymbolicLink(Path.Combine(fixture.Edge.Data, "cache", "room"), "/dev/full");

        await Wait.UntilAsync("the node says why it is not ready", async () =>
            await fixture.Edge.StatusAsync() is { Ready: false, Problem: "no room on disk" });
        Assert.Equal(
            HttpStatusCode.ServiceUnavailable, (await fixture.Edge.GetAsync("health.cirrus.invalid", "/.well-known/cirrus/health")).Status);
        await Wait.UntilAsync("the node is ready again", async () => await fixture.Edge.StatusAsync() is { Ready: true, Problem: null });
    }

    [Fact]
    public async Task The_cache_leaves_room_on_the_disk()
    {
        await using var edge = new EdgeNode(fixture.Redis.Port);
        // More than there is.
        edge.Environment["CIRRUS_EDGE_CACHE_FREE"] = "900000g";
        await edge.StartAsync();
        var domain = await fixture.AddDomainAsync();
        await Wait.UntilAsync("the node has the domain", async () => (await edge.GetAsync(domain, "/a")).Status == HttpStatusCode.OK);

        await Wait.UntilAsync("nothing is left in the cache", () => Files(edge) == 0);
        Assert.Equal("edge-test; fwd=uri-miss; stored", (await edge.GetAsync(domain, "/a")).CacheStatus);
    }

    private static int Files(EdgeNode edge) =>
        Directory.EnumerateFiles(Path.Combine(edge.Data, "cache"), "*", SearchOption.AllDirectories).Count(f => Path.GetFileName(f).Length == 32);
}

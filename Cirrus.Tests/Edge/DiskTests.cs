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
        await Wait.UntilAsync("the node says why it is not ready", async () =>
        {
            FillDisk();
            return await fixture.Edge.StatusAsync() is { Ready: false, Problem: "no room on disk" };
        });
        await Wait.UntilAsync("its health says so, too", async () =>
        {
            FillDisk();
            return (await fixture.Edge.GetAsync("health.cirrus.invalid", "/.well-known/cirrus/health")).Status == HttpStatusCode.ServiceUnavailable;
        });
        await Wait.UntilAsync("the node is ready again", async () =>
            new FileInfo(Room).LinkTarget is null && await fixture.Edge.StatusAsync() is { Ready: true, Problem: null });
    }

    [Fact]
    public async Task The_cache_leaves_room_on_the_disk()
    {
        await using var edge = new EdgeNode(fixture.Redis.Port);
        // More than there is.
        edge.Environment["CIRRUS_EDGE_CACHE_FREE"] = "900000g";
        await edge.StartAsync();
        var domain = await fixture.AddDomainAsync();
        // It is stored by that.
        await Wait.UntilAsync("the node has the domain", async () => (await edge.GetAsync(domain, "/a")).Status == HttpStatusCode.OK);

        await Wait.UntilAsync(
            "it is gone from the cache", async () => (await edge.GetAsync(domain, "/a")).CacheStatus == "edge-test; fwd=uri-miss; stored");
    }

    // The file that the node tries to write.
    private string Room => Path.Combine(fixture.Edge.Data, "cache", "room");

    // What is written to /dev/full gets the very error of a full disk. The node takes the link away each time it has tried.
    private void FillDisk()
    {
        var link = Path.Combine(fixture.Edge.Data, "full");
        File.CreateSymbolicLink(link, "/dev/full");
        File.Move(link, Room, overwrite: true);
    }
}

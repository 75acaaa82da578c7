using System.Net;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Edge;

public sealed class MemoryTests : OwnEdgeTests
{
    [Fact]
    public async Task A_node_without_room_for_all_domains_says_so_and_answers_none_of_them_wrongly()
    {
        var names = new List<string>();
        for (var i = 0; i < 40; i++)
        {
            var name = EdgeFixture.NewName();
            await Control.PutDomainAsync(
                name, [ControlPlane.Origin(Fixture.Origin.Port)], upstreamHeaders: new { fill = new string('x', 10_000) });
            names.Add(name);
        }

        await using var edge = new EdgeNode(Redis.Port);
        edge.Environment["CIRRUS_EDGE_STATE_SIZE"] = "256k";
        await edge.StartAsync();
        await Wait.UntilAsync("the node has read everything", async () => (await edge.StatusAsync()).Applied is not null);

        var answers = await Task.WhenAll(names.Select(name => edge.GetAsync(name, "/a")));
        var health = await edge.GetAsync("health.cirrus.invalid", "/.well-known/cirrus/health");

        Assert.False((await edge.StatusAsync()).Ready);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.Status);
        Assert.Contains(answers, answer => answer.Status == HttpStatusCode.ServiceUnavailable);
        Assert.All(answers, answer => Assert.NotEqual(HttpStatusCode.NotFound, answer.Status));

        foreach (var name in names)
            await Control.DeleteDomainAsync(name);
        await Wait.UntilAsync("the node is ready when there is room again", async () => (await edge.StatusAsync()).Ready);
    }
}

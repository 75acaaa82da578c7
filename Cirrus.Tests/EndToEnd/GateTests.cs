using System.Net;
using Cirrus.Tests.Api;
using Cirrus.Tests.Edge;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.EndToEnd;

/// <summary>Nobody is led to a node that has missed something.</summary>
[Collection(StackCollection.Name)]
public sealed class GateTests(Stack stack)
{
    private static readonly TimeSpan Named = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_node_that_was_away_and_is_restarted_serves_from_its_snapshot_and_is_named_when_it_has_all_it_missed()
    {
        await using var origin = await OriginServer.StartAsync();
        var domain = new ChangingDomain(stack, origin, Answers.FreshDomain());
        await domain.CreateAsync();
        await stack.NamedAsync(domain.Access, Named, Stack.Edge1, Stack.Edge2);
        using var client = Client();
        var before = await domain.SeenAtAsync(client, Stack.Edge1);
        Assert.NotNull(before);

        // Away: it gets nothing of what follows.
        var frozen = stack.EdgeProcesses(Stack.Edge1);
        Signals.Send(Signals.Stop, frozen);
        await stack.NamedAsync(domain.Access, Named, Stack.Edge2);
        await domain.ReviseAsync();
        await domain.PurgeAsync();
        var floor = domain.Now;
        Assert.True(floor.Revision > before.Revision && floor.Request >= before.Request);

        // Restarted while the control plane is away as well, it serves what it knew.
        string[] control = ["redis", "api", "workers", "dns"];
        var stopped = control.SelectMany(stack.Processes).Distinct().ToList();
        Signals.Send(Signals.Stop, stopped);
        try
        {
            Signals.Send(Signals.Kill, frozen);
            await Wait.UntilAsync("the node is back and serves what it had", async () => await domain.SeenAtAsync(client, Stack.Edge1) == before, Named);
            Assert.Equal([Stack.Edge2], await stack.DigAsync(1, domain.Access));
        }
        finally
        {
            Signals.Send(Signals.Continue, stopped);
        }

        // The first answer that names it comes when it has everything.
        using var server = new NameServerClient(stack.NameServerPort(1));
        await Wait.UntilAsync("the node is named", async () => (await server.AddressesAsync(domain.Access)).Contains(Stack.Edge1), Named);
        var seen = await domain.SeenAtAsync(client, Stack.Edge1);
        Assert.True(seen is not null && seen.Revision >= floor.Revision && seen.Request > floor.Request, $"{seen}, expected {floor}");
        await stack.NamedAsync(domain.Access, Named, Stack.Edge1, Stack.Edge2);
    }

    private static HttpClient Client() => new(new SocketsHttpHandler { UseProxy = false, AutomaticDecompression = DecompressionMethods.None })
    {
        Timeout = TimeSpan.FromSeconds(3),
    };
}

using System.Collections.Concurrent;
using System.Net;
using Cirrus.Tests.Api;
using Cirrus.Tests.Edge;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.EndToEnd;

/// <summary>Nobody is led to a node that has missed something.</summary>
[Collection(StackCollection.Name)]
public sealed class GateTests(Stack stack)
{
    private const int LookUps = 10_000;
    private const int Askers = 6;
    private const int Domains = 6;
    private static readonly TimeSpan Named = TimeSpan.FromSeconds(60);

    // The API takes ten writes a second from one caller.
    private static readonly TimeSpan ChangeEach = TimeSpan.FromMilliseconds(900);

    [Fact]
    public async Task In_10_000_look_ups_none_leads_to_a_node_that_lacks_a_change()
    {
        await using var origin = await OriginServer.StartAsync();
        var domains = Enumerable.Range(0, Domains).Select(_ => new ChangingDomain(stack, origin, Answers.FreshDomain())).ToList();
        await Task.WhenAll(domains.Select(d => d.CreateAsync()));
        using var end = new CancellationTokenSource();
        var wrong = new ConcurrentQueue<string>();
        var (lookUps, answers, handshakes, changes, flaps) = (0, 0, 0, 0, 0);

        var changing = Task.WhenAll(domains.Select(ChangeAsync));
        var flapping = FlapAsync();
        await Task.WhenAll(Enumerable.Range(0, Askers).Select(AskAsync));
        await end.CancelAsync();
        await changing;
        await flapping;

        Assert.Empty(wrong);
        Assert.True(answers > LookUps / 2 && handshakes > LookUps / 100 && changes > Domains * 5,
            $"{answers} answers, {handshakes} handshakes, {changes} changes, {flaps} flaps");
        Assert.InRange(flaps, 2, int.MaxValue);

        async Task AskAsync(int asker)
        {
            using var server = new NameServerClient(stack.NameServerPort(asker % 2 + 1));
            using var client = Client(TimeSpan.FromSeconds(3));
            while (Interlocked.Increment(ref lookUps) is var turn && (turn <= LookUps || !IsEnough()))
            {
                var domain = domains[turn % Domains];
                var floor = domain.Now;
                var addresses = await server.AddressesAsync(domain.Access);
                if (addresses.Count == 0)
                    continue;
                var address = addresses[turn % addresses.Count];
                if (await domain.SeenAtAsync(client, address) is { } seen)
                {
                    Interlocked.Increment(ref answers);
                    if (seen.Revision < floor.Revision || seen.Request <= floor.Request)
                        wrong.Enqueue($"{turn}: {address} shows {seen}, expected {floor}");
                }
                if (turn % 20 == 0 && await domain.CertificateAtAsync(address) is { } certificate)
                {
                    Interlocked.Increment(ref handshakes);
                    if (certificate < floor.Certificate)
                        wrong.Enqueue($"{turn}: {address} shows certificate {certificate}, expected {floor}");
                }
            }
        }

        async Task ChangeAsync(ChangingDomain domain)
        {
            using var rate = new PeriodicTimer(ChangeEach);
            for (var turn = 0; !end.IsCancellationRequested; turn++)
            {
                await ((turn % 3) switch { 0 => domain.PurgeAsync(), 1 => domain.ReviseAsync(), _ => domain.CertifyAsync() });
                Interlocked.Increment(ref changes);
                await rate.WaitForNextTickAsync();
            }
        }

        // However fast the look-ups are. One of the two that has ended has failed.
        bool IsEnough() => changing.IsCompleted || flapping.IsCompleted
            || (Volatile.Read(ref flaps) >= 2 && Volatile.Read(ref changes) > Domains * 5);

        async Task FlapAsync()
        {
            while (!end.IsCancellationRequested)
            {
                await ((flaps % 3) switch
                {
                    0 => FreezeAsync("edge-1", Stack.Edge1),
                    1 => FreezeAsync("edge-2", Stack.Edge2),
                    _ => KillAsync("edge-1", Stack.Edge1),
                });
                Interlocked.Increment(ref flaps);
            }
        }
    }

    [Fact]
    public async Task A_node_that_was_away_and_is_restarted_serves_from_its_snapshot_and_is_named_when_it_has_all_it_missed()
    {
        await using var origin = await OriginServer.StartAsync();
        var domain = new ChangingDomain(stack, origin, Answers.FreshDomain());
        await domain.CreateAsync();
        await stack.NamedAsync(domain.Access, Named, Stack.Edge1, Stack.Edge2);
        using var client = Client(TimeSpan.FromSeconds(10));
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

    private static HttpClient Client(TimeSpan patience) => new(new SocketsHttpHandler { UseProxy = false, AutomaticDecompression = DecompressionMethods.None })
    {
        Timeout = patience,
    };

    private async Task FreezeAsync(string node, string address)
    {
        var processes = stack.EdgeProcesses(address);
        Signals.Send(Signals.Stop, processes);
        try
        {
            await Wait.UntilAsync($"{node} is down", async () => await stack.HealthAsync(node) == "down", Named);
        }
        finally
        {
            Signals.Send(Signals.Continue, processes);
        }
        await UpAsync(node);
    }

    private async Task KillAsync(string node, string address)
    {
        Signals.Send(Signals.Kill, stack.EdgeProcesses(address));
        await Wait.UntilAsync($"{node} is down", async () => await stack.HealthAsync(node) == "down", Named);
        await UpAsync(node);
    }

    private Task UpAsync(string node) => Wait.UntilAsync($"{node} is up", async () => await stack.HealthAsync(node) == "up", Named);
}

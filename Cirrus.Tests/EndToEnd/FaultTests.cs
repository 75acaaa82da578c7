using System.Diagnostics;
using Cirrus.Tests.Api;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.EndToEnd;

/// <summary>What happens to clients when an edge dies or freezes and comes back.</summary>
[Collection(StackCollection.Name)]
public sealed class FaultTests(Stack stack)
{
    private static readonly TimeSpan Unnamed = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_killed_edge_is_not_named_within_5_s_and_named_again_when_it_is_back()
    {
        var name = Answers.FreshDomain();
        var access = await stack.CreateDomainAsync(name);
        await stack.NamedAsync(access, Patience, Stack.Edge1, Stack.Edge2);
        await using var load = Load.On(stack.Edge(Stack.Edge2), name, "/");

        await Promise.IsKeptAsync(Unnamed, async () =>
        {
            Signals.Send(Signals.Kill, stack.EdgeProcesses(Stack.Edge1));
            var clock = Stopwatch.StartNew();
            await stack.NamedAsync(access, Patience, Stack.Edge2);
            var unnamed = clock.Elapsed;
            await stack.NamedAsync(access, Patience, Stack.Edge1, Stack.Edge2);
            return unnamed;
        });

        Assert.Empty(load.Failures);
    }

    [Fact]
    public async Task A_frozen_edge_is_not_named_until_it_has_applied_the_purge_it_missed()
    {
        var name = Answers.FreshDomain();
        var access = await stack.CreateDomainAsync(name);
        await stack.NamedAsync(access, Patience, Stack.Edge1, Stack.Edge2);
        using var edge = stack.Edge(Stack.Edge1);

        await Promise.IsKeptAsync(Unnamed, async () =>
        {
            await edge.CacheAsync(name, "/");
            Assert.Equal("HIT", await edge.CacheAsync(name, "/"));
            var frozen = stack.EdgeProcesses(Stack.Edge1);
            var clock = Stopwatch.StartNew();
            TimeSpan unnamed;
            string change;
            Signals.Send(Signals.Stop, frozen);
            try
            {
                var purge = await stack.Api.PostJsonAsync("/api/v1/purge", $$"""{"domain":"{{name}}","everything":true}""");
                change = purge.Change();
                await stack.NamedAsync(access, Patience, Stack.Edge2);
                unnamed = clock.Elapsed;
                var receipt = await stack.AppliedAsync(change);
                Assert.False((bool)receipt["nodes"]!.AsArray().Single(n => (string?)n!["id"] == "edge-1")!["applied"]!);
            }
            finally
            {
                Signals.Send(Signals.Continue, frozen);
            }

            // The very first request after it woke up, on a connection it already had.
            Assert.Equal("MISS", await edge.CacheAsync(name, "/"));
            await stack.NamedAsync(access, Patience, Stack.Edge1, Stack.Edge2);
            var after = await stack.AppliedAsync(change);
            Assert.All(after["nodes"]!.AsArray(), n => Assert.True((bool)n!["applied"]!));
            return unnamed;
        });
    }
}

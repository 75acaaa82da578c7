using Cirrus.Tests.Api;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.EndToEnd;

/// <summary>What happens to clients when parts die, freeze and come back.</summary>
[Collection(StackCollection.Name)]
public sealed class FaultTests(Stack stack)
{
    private static readonly TimeSpan Unnamed = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan NamedAgain = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_killed_edge_is_not_named_within_5_s_and_named_again_when_it_is_back()
    {
        var name = Answers.FreshDomain();
        var access = await stack.CreateDomainAsync(name);
        await stack.NamedAsync(access, NamedAgain, Stack.Edge1, Stack.Edge2);
        await using var load = Load.On(stack.Edge(Stack.Edge2), name, "/");

        Signals.Send(Signals.Kill, stack.EdgeProcesses(Stack.Edge1));

        await stack.NamedAsync(access, Unnamed, Stack.Edge2);
        await stack.NamedAsync(access, NamedAgain, Stack.Edge1, Stack.Edge2);
        Assert.Empty(load.Failures);
    }

    [Fact]
    public async Task A_frozen_edge_is_not_named_until_it_has_applied_the_purge_it_missed()
    {
        var name = Answers.FreshDomain();
        var access = await stack.CreateDomainAsync(name);
        await stack.NamedAsync(access, NamedAgain, Stack.Edge1, Stack.Edge2);
        using var edge = stack.Edge(Stack.Edge1);
        await edge.CacheAsync(name, "/");
        Assert.Equal("HIT", await edge.CacheAsync(name, "/"));
        var frozen = stack.EdgeProcesses(Stack.Edge1);

        Signals.Send(Signals.Stop, frozen);
        string change;
        try
        {
            var purge = await stack.Api.PostJsonAsync("/api/v1/purge", $$"""{"domain":"{{name}}","everything":true}""");
            change = purge.Change();
            await stack.NamedAsync(access, Unnamed, Stack.Edge2);
            var receipt = await stack.AppliedAsync(change);
            Assert.False((bool)receipt["nodes"]!.AsArray().Single(n => (string?)n!["id"] == "edge-1")!["applied"]!);
        }
        finally
        {
            Signals.Send(Signals.Continue, frozen);
        }

        // The very first request after it woke up, on a connection it already had.
        Assert.Equal("MISS", await edge.CacheAsync(name, "/"));
        await stack.NamedAsync(access, NamedAgain, Stack.Edge1, Stack.Edge2);
        var after = await stack.AppliedAsync(change);
        Assert.All(after["nodes"]!.AsArray(), n => Assert.True((bool)n!["applied"]!));
    }

    [Fact]
    public async Task Redis_stopped_for_60_s_under_load_fails_no_request_and_everything_catches_up()
    {
        var name = Answers.FreshDomain();
        var access = await stack.CreateDomainAsync(name);
        await using var first = Load.On(stack.Edge(Stack.Edge1), name, "/");
        await using var second = Load.On(stack.Edge(Stack.Edge2), name, "/time");
        var redis = stack.Processes("redis");
        string[] others = ["api", "workers", "dns"];
        var before = others.SelectMany(stack.Processes).ToList();

        Signals.Send(Signals.Stop, redis);
        try
        {
            var until = DateTime.UtcNow + TimeSpan.FromSeconds(60);
            await Wait.UntilAsync("a minute is over", () => DateTime.UtcNow > until, TimeSpan.FromSeconds(70));
            Assert.Equal([Stack.Edge1, Stack.Edge2], await stack.DigAsync(1, access));
        }
        finally
        {
            Signals.Send(Signals.Continue, redis);
        }

        await CatchesUpAsync(name);
        Assert.Equal(before, others.SelectMany(stack.Processes));
        Assert.Empty(first.Failures);
        Assert.Empty(second.Failures);
        Assert.True(first.Requests > 1000, $"{first.Requests} requests");
    }

    [Fact]
    public async Task Without_the_whole_control_plane_nodes_serve_on_and_one_that_restarts_serves_from_its_snapshot()
    {
        var name = Answers.FreshDomain();
        var access = await stack.CreateDomainAsync(name);
        await stack.NamedAsync(access, NamedAgain, Stack.Edge1, Stack.Edge2);
        using var restarted = stack.Edge(Stack.Edge1);
        await restarted.CacheAsync(name, "/");
        Assert.Equal("HIT", await restarted.CacheAsync(name, "/"));
        await using var load = Load.On(stack.Edge(Stack.Edge2), name, "/time");
        string[] everything = ["redis", "api", "workers", "dns", "ns1", "ns2"];
        var stopped = everything.SelectMany(stack.Processes).Distinct().ToList();

        Signals.Send(Signals.Stop, stopped);
        try
        {
            var killed = stack.EdgeProcesses(Stack.Edge1);
            Signals.Send(Signals.Kill, killed);
            await Wait.UntilAsync("the node is back", () => stack.EdgeProcesses(Stack.Edge1) is { Count: > 0 } now && !now.Intersect(killed).Any(), NamedAgain);
            // Alone: of two workers that look for the same file for the first time nginx lets one miss.
            using var again = stack.Edge(Stack.Edge1);
            Assert.Equal("HIT", await again.CacheAsync(name, "/"));
            await using var second = Load.On(stack.Edge(Stack.Edge1), name, "/");
            await Wait.UntilAsync("there was some load", () => load.Requests > 500 && second.Requests > 500, NamedAgain);
            Assert.Empty(second.Failures);
        }
        finally
        {
            Signals.Send(Signals.Continue, stopped);
        }

        await CatchesUpAsync(name);
        await stack.NamedAsync(access, NamedAgain, Stack.Edge1, Stack.Edge2);
        Assert.Empty(load.Failures);
    }

    [Theory]
    [InlineData("redis")]
    [InlineData("api")]
    [InlineData("workers")]
    [InlineData("dns")]
    [InlineData("ns1")]
    [InlineData("ns2")]
    public async Task A_process_of_the_control_plane_killed_under_load_fails_no_request_and_comes_back(string resource)
    {
        var name = Answers.FreshDomain();
        var access = await stack.CreateDomainAsync(name);
        await using var first = Load.On(stack.Edge(Stack.Edge1), name, "/");
        await using var second = Load.On(stack.Edge(Stack.Edge2), name, "/time");
        var killed = stack.Processes(resource);
        Assert.NotEmpty(killed);

        Signals.Send(Signals.Kill, killed);
        await Wait.UntilAsync($"{resource} listens again", () => stack.Processes(resource) is { Count: > 0 } now && !now.Intersect(killed).Any(), NamedAgain);

        await CatchesUpAsync(name);
        await stack.NamedAsync(access, NamedAgain, Stack.Edge1, Stack.Edge2);
        Assert.Empty(first.Failures);
        Assert.Empty(second.Failures);
    }

    /// <summary>A purge goes all the way again: accepted, applied by all, effective.</summary>
    private async Task CatchesUpAsync(string name)
    {
        HttpResponseMessage? purge = null;
        await Wait.UntilAsync("the API accepts writes again", async () =>
        {
            try
            {
                purge = await stack.Api.PostJsonAsync("/api/v1/purge", $$"""{"domain":"{{name}}","everything":true}""");
                return purge.IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, NamedAgain);
        await Wait.UntilAsync("both nodes are up", async () => await stack.HealthAsync("edge-1") == "up" && await stack.HealthAsync("edge-2") == "up", NamedAgain);
        // A secondary that was killed counts as out of reach for a while, and is not waited for by the receipt.
        await Wait.UntilAsync("every node and secondary has applied the purge", async () =>
        {
            var receipt = await stack.AppliedAsync(purge!.Change());
            return receipt["nodes"]!.AsArray().Concat(receipt["secondaries"]!.AsArray()).All(r => (bool)r!["applied"]!);
        }, NamedAgain);
    }
}

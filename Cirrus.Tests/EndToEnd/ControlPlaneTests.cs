using System.Globalization;
using Cirrus.Tests.Api;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.EndToEnd;

/// <summary>What happens to clients when the control plane dies, freezes and comes back: nothing. It has a stack of its own, for others need not wait meanwhile.</summary>
public sealed class ControlPlaneTests(Stack stack) : IClassFixture<Stack>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>How long nodes are alone. CIRRUS_OUTAGE_SECONDS says it (bench/outage.sh).</summary>
    private static readonly TimeSpan Outage = TimeSpan.FromSeconds(
        int.TryParse(Environment.GetEnvironmentVariable("CIRRUS_OUTAGE_SECONDS"), CultureInfo.InvariantCulture, out var seconds) ? seconds : 5);

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
        await stack.NamedAsync(access, Patience, Stack.Edge1, Stack.Edge2);
        await using var load = Load.On(stack.Edge(Stack.Edge2), name, "/time");
        string[] controlPlane = ["redis", "api", "workers", "dns"];
        var stopped = controlPlane.SelectMany(stack.Processes).Distinct().ToList();

        Signals.Send(Signals.Stop, stopped);
        try
        {
            await using (var hits = Load.On(stack.Edge(Stack.Edge1), name, "/"))
            {
                var until = DateTime.UtcNow + Outage;
                await Wait.UntilAsync("the outage has lasted", () => DateTime.UtcNow > until, Outage + Patience);
                Assert.Empty(hits.Failures);
                // One that waits for long has not failed yet.
                Assert.True(hits.Requests > 20 * Outage.TotalSeconds, $"{hits.Requests} requests in {Outage}");
            }
            Assert.Equal([Stack.Edge1, Stack.Edge2], await stack.DigAsync(1, access));

            using var before = stack.Edge(Stack.Edge1);
            await before.CacheAsync(name, "/?kept");
            Assert.Equal("HIT", await before.CacheAsync(name, "/?kept"));
            var killed = stack.EdgeProcesses(Stack.Edge1);
            Signals.Send(Signals.Kill, killed);
            await Wait.UntilAsync("the node is back", () => stack.EdgeProcesses(Stack.Edge1) is { Count: > 0 } now && !now.Intersect(killed).Any(), Patience);
            // Alone: of two workers that look for the same file for the first time nginx lets one miss.
            using var again = stack.Edge(Stack.Edge1);
            await Wait.UntilAsync("it serves", async () =>
            {
                using var other = await again.GetAsync(name, "/?other");
                return other.IsSuccessStatusCode;
            }, Patience);
            Assert.Equal("HIT", await again.CacheAsync(name, "/?kept"));
            await using var second = Load.On(stack.Edge(Stack.Edge1), name, "/");
            await Wait.UntilAsync("there was some load", () => load.Requests > 500 && second.Requests > 500, Patience);
            Assert.Empty(second.Failures);
        }
        finally
        {
            Signals.Send(Signals.Continue, stopped);
        }

        await CatchesUpAsync(name);
        await stack.NamedAsync(access, Patience, Stack.Edge1, Stack.Edge2);
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
        await Wait.UntilAsync($"{resource} listens again", () => stack.Processes(resource) is { Count: > 0 } now && !now.Intersect(killed).Any(), Patience);

        await CatchesUpAsync(name);
        await stack.NamedAsync(access, Patience, Stack.Edge1, Stack.Edge2);
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
        }, Patience);
        await Wait.UntilAsync("both nodes are up", async () => await stack.HealthAsync("edge-1") == "up" && await stack.HealthAsync("edge-2") == "up", Patience);
        // A secondary that was killed counts as out of reach for a while, and is not waited for by the receipt.
        await Wait.UntilAsync("every node and secondary has applied the purge", async () =>
        {
            var receipt = await stack.ReceiptAsync(purge!.Change());
            return receipt["nodes"]!.AsArray().Concat(receipt["secondaries"]!.AsArray()).All(r => (bool)r!["applied"]!);
        }, Patience);
    }
}

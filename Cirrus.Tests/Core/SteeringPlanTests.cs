using Cirrus.Core.Domains;
using Cirrus.Core.Nodes;
using Cirrus.Core.Steering;
using Cirrus.Dns.Zones;
using Cirrus.Tests.Dns;
using CsCheck;

namespace Cirrus.Tests.Core;

public sealed class SteeringPlanTests : IAsyncLifetime
{
    private const int Domains = 60;
    private static readonly DateTimeOffset T0 = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);
    private static readonly string[] Names = [.. Enumerable.Range(0, Domains).Select(i => $"www{i}.example.com")];

    // Every third asks for something.
    private static readonly Dictionary<string, DomainSteering?> Steering = Names.Index().ToDictionary(n => n.Item, n => (n.Index % 6) switch
    {
        0 => new DomainSteering { Pool = "other", Nodes = 1 },
        3 => new DomainSteering { Regions = ["west"], Nodes = 3 },
        _ => null,
    });

    private readonly StoreFixture _stores = new();

    private static readonly Gen<Drawn> Node = Gen.Select(
        Gen.Int[1, 300], Gen.Enum<NodeState>(), Gen.Enum<NodeHealth>(), Gen.Int[0, 150], Gen.Bool, (weight, state, health, age, special) =>
            new Drawn(weight, state, health, age, special));

    private static readonly Gen<(int Kind, int Node, int Weight)> Step = Gen.Select(Gen.Int[0, 5], Gen.Int[0, 6], Gen.Int[1, 300]);

    public Task InitializeAsync() => _stores.InitializeAsync();

    public Task DisposeAsync() => _stores.DisposeAsync();

    [Fact]
    public Task A_plan_says_what_then_happens() =>
        Gen.Select(Node.Array[1, 5], Step.Array[1, 4]).SampleAsync(async (drawn, wishes) =>
        {
            await EmptyAsync();
            foreach (var (i, node) in drawn.Index())
                await CreateAsync(i, node);
            var before = await _stores.Nodes.ListAsync();
            var steps = Possible(before, wishes);
            var plan = new SteeringPlan(new ZoneOptions { Name = TestZone.Name }, before, steps);
            var moves = Names.Select(n => plan.Count(n, Steering[n])).OfType<Move>().ToDictionary(m => m.Domain);
            var wasNamed = Named(before);

            foreach (var step in steps)
                await TakeAsync(step);
            foreach (var id in plan.AssumedUp)
                await _stores.Nodes.SetHealthAsync(id, NodeHealth.Up, "", T0);
            var isNamed = Named(await _stores.Nodes.ListAsync());

            Assert.Equal(Names.Where(n => !wasNamed[n].SetEquals(isNamed[n])), moves.Keys);
            Assert.All(moves.Values, m => Assert.Equal((wasNamed[m.Domain], isNamed[m.Domain]), (m.From.ToHashSet(), m.To.ToHashSet()), SameSets));
            Assert.Equal((Domains, moves.Count), (plan.Domains, plan.Moved));
            foreach (var (id, tally) in plan.PerNode)
            {
                var (had, has) = (wasNamed.Values.Count(n => n.Contains(id)), isNamed.Values.Count(n => n.Contains(id)));
                var kept = Names.Count(n => wasNamed[n].Contains(id) && isNamed[n].Contains(id));
                Assert.Equal(new NodeTally(had, has, has - kept, had - kept), tally);
            }
        }, iter: 60, threads: 1);

    [Fact]
    public void Draining_one_of_equal_nodes_moves_only_the_domains_that_named_it() =>
        Gen.Select(Gen.Int[2, 12], Gen.Int[1, 4], Gen.Int[1, 300]).Sample((nodes, perDomain, weight) =>
        {
            var views = Enumerable.Range(0, nodes).Select(i => TestZone.Node($"edge-{i}", NodeHealth.Up)).ToList();
            views = [.. views.Select(v => v with { Node = v.Node with { Weight = weight } })];
            var zone = new ZoneOptions { Name = TestZone.Name, NodesPerDomain = perDomain };
            var plan = new SteeringPlan(zone, views, [new PlanStep.Turn("edge-0", NodeState.Draining)]);
            var moves = Names.Select(n => plan.Count(n, null)).OfType<Move>().ToList();

            Assert.All(moves, m => Assert.Contains("edge-0", m.From));
            // The others keep their place; what is given up goes to one newcomer.
            Assert.All(moves, m => Assert.Equal(m.From.Where(id => id != "edge-0"), m.To.Take(m.From.Count - 1)));
            Assert.Equal(plan.PerNode["edge-0"].Before, plan.Moved);
            Assert.Equal(0, plan.PerNode["edge-0"].After);
        });

    // What DNS says, as the set of nodes whose addresses the zone has for a domain.
    private static Dictionary<string, HashSet<string>> Named(IReadOnlyList<NodeView> nodes)
    {
        var zone = TestZone.Snapshot(TestZone.Input(Names, [.. nodes]) with
        {
            Domains = Steering.ToDictionary(s => s.Key, s => TestZone.Led(null, s.Value)),
        });
        var owner = nodes.SelectMany(v => v.Node.Addresses.Select(a => (a, v.Node.Id))).ToDictionary(p => p.a, p => p.Id);
        return Names.ToDictionary(n => n, n => zone.Find(ARSoft.Tools.Net.DomainName.Parse(TestZone.AccessNameOf(n)))!
            .OfType<ARSoft.Tools.Net.Dns.AddressRecordBase>().Select(r => owner[r.Address.ToString()]).ToHashSet());
    }

    private static bool SameSets((HashSet<string> From, HashSet<string> To) one, (HashSet<string> From, HashSet<string> To) other) =>
        one.From.SetEquals(other.From) && one.To.SetEquals(other.To);

    private static List<PlanStep> Possible(IReadOnlyList<NodeView> nodes, (int Kind, int Node, int Weight)[] wishes)
    {
        var there = nodes.Select(v => v.Node.Id).ToHashSet();
        var steps = new List<PlanStep>();
        foreach (var (kind, number, weight) in wishes)
        {
            var id = $"edge-{number}";
            PlanStep step = kind switch
            {
                0 => new PlanStep.Add(id, weight, weight % 2 == 0 ? "other" : NodeGroup.DefaultPool, weight % 3 == 0 ? "west" : ""),
                1 => new PlanStep.Weigh(id, weight),
                2 => new PlanStep.Turn(id, NodeState.Active),
                3 => new PlanStep.Turn(id, NodeState.Draining),
                4 => new PlanStep.Turn(id, NodeState.Disabled),
                _ => new PlanStep.Remove(id),
            };
            // What is deleted and made again would be another node of the same id.
            if (there.Contains(id) == step is PlanStep.Add || steps.Any(s => s.Node == id && s is PlanStep.Remove))
                continue;
            if (step is PlanStep.Add)
                there.Add(id);
            else if (step is PlanStep.Remove)
                there.Remove(id);
            steps.Add(step);
        }
        return steps;
    }

    private async Task TakeAsync(PlanStep step)
    {
        var stored = (await _stores.Nodes.FindAsync(step.Node))?.Node;
        var next = step switch
        {
            PlanStep.Add(var id, var weight, var pool, var region) =>
                new Node { Id = id, Addresses = [AddressOf(id)], Weight = weight, Pools = [pool], Region = region, Revision = 1 },
            PlanStep.Weigh(_, var weight) => stored! with { Weight = weight, Revision = stored.Revision + 1 },
            PlanStep.Turn(_, var state) => stored! with { State = state, Revision = stored.Revision + 1 },
            _ => null,
        };
        Assert.True(next is null
            ? (await _stores.Nodes.DeleteAsync(step.Node, StoreFixture.Actor)).Accepted
            : (await _stores.Nodes.PutAsync(next, StoreFixture.Actor)).Accepted);
    }

    private async Task CreateAsync(int number, Drawn drawn)
    {
        var id = $"edge-{number}";
        var node = new Node
        {
            Id = id,
            Addresses = [AddressOf(id)],
            Weight = drawn.Weight,
            State = drawn.State,
            Region = drawn.IsSpecial ? "west" : "",
            Pools = drawn.IsSpecial ? ["other", NodeGroup.DefaultPool] : null,
            Revision = 1,
        };
        Assert.True((await _stores.Nodes.PutAsync(node, StoreFixture.Actor)).Accepted);
        if (drawn.Health != NodeHealth.Unknown)
            await _stores.Nodes.SetHealthAsync(id, NodeHealth.Up, "", T0);
        if (drawn.Health == NodeHealth.Down)
            await _stores.Nodes.SetHealthAsync(id, NodeHealth.Down, "", T0.AddSeconds(-drawn.Age));
    }

    private async Task EmptyAsync()
    {
        foreach (var view in await _stores.Nodes.ListAsync())
            await _stores.Nodes.DeleteAsync(view.Node.Id, StoreFixture.Actor);
    }

    private static string AddressOf(string id) => $"192.0.2.{int.Parse(id.AsSpan(5), System.Globalization.CultureInfo.InvariantCulture) + 1}";

    private sealed record Drawn(int Weight, NodeState State, NodeHealth Health, int Age, bool IsSpecial);
}

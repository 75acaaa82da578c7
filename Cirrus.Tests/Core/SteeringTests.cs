using System.Globalization;
using Cirrus.Core.Nodes;
using Cirrus.Core.Steering;
using Cirrus.Tests.Programs;
using CsCheck;

namespace Cirrus.Tests.Core;

public sealed class SteeringTests
{
    private static readonly string[] FiveIds = ["a", "b", "c", "d", "e"];
    private static readonly DateTimeOffset T0 = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);

    // Computed from the definitions by another program. They must never change: every customer's CNAME names one.
    [Theory]
    [InlineData("www.example.com", "www-example-com-qd6a7ojgnw33")]
    [InlineData("*.example.com", "wildcard-example-com-i4uhvdyw5r26")]
    [InlineData("xn--bcher-kva.example", "xn--bcher-kva-example-s4gknnz6v4td")]
    [InlineData("a-very-long-host-name-of-a-customer-of.ours.example.com", "a-very-long-host-name-of-a-customer-of-o-yuzugpbgvzdv")]
    public void Access_names_never_change(string domain, string label)
    {
        Assert.Equal(label, AccessName.Label(domain));
        Assert.Equal($"{label}.cdn.example.test", AccessName.For(domain, "cdn.example.test"));
    }

    [Fact]
    public void An_access_name_is_one_label_and_names_that_read_alike_differ()
    {
        var host = Gen.String[Gen.Char["abc019"], 1, 20].List[2, 8].Select(labels => string.Join('.', labels));
        host.Sample(name => Assert.Matches("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", AccessName.Label(name)));
        Assert.NotEqual(AccessName.Label("a-b.example.com"), AccessName.Label("a.b.example.com"));
        Assert.NotEqual(AccessName.Label("*.example.com"), AccessName.Label("wildcard.example.com"));
    }

    [Theory]
    [InlineData("www.example.com", "edge-1", 100, 63.211209132046584)]
    [InlineData("www.example.com", "edge-2", 50, 16.145273129523613)]
    [InlineData("bücher", "edge-1", 1, 3.545987378674091)]
    public void Scores_never_change(string name, string id, int weight, double score) =>
        Assert.Equal(score, Rendezvous.Score(Rendezvous.Hash(name), Rendezvous.Hash(id), weight), score * 1e-12);

    // The same file is read by Cirrus.Edge.Config/spec/core/rendezvous_spec.lua.
    [Fact]
    public void Edges_have_the_same_scores()
    {
        var vectors = File.ReadLines(Repository.At("Cirrus.Edge.Config/spec/vectors/rendezvous.tsv"))
            .Where(line => !line.StartsWith('#')).Select(line => line.Split('\t')).ToList();
        Assert.NotEmpty(vectors);
        foreach (var v in vectors)
        {
            var (weight, score) = (int.Parse(v[2], CultureInfo.InvariantCulture), double.Parse(v[5], CultureInfo.InvariantCulture));
            Assert.Equal((v[3], v[4]), ($"{Rendezvous.Hash(v[0]):x16}", $"{Rendezvous.Hash(v[1]):x16}"));
            Assert.Equal(score, Rendezvous.Score(Rendezvous.Hash(v[0]), Rendezvous.Hash(v[1]), weight), score * 1e-12);
        }
    }

    [Fact]
    public void A_node_wins_names_in_proportion_to_its_weight()
    {
        var selection = new NodeSelection([View("a", 100), View("b", 200), View("c", 100), View("d", 400)]);
        var wins = Names(20_000).GroupBy(n => selection.Choose(n, 1)[0].Id).ToDictionary(g => g.Key, g => g.Count() / 20_000.0);
        Assert.Equal(0.125, wins["a"], 0.01);
        Assert.Equal(0.25, wins["b"], 0.012);
        Assert.Equal(0.125, wins["c"], 0.01);
        Assert.Equal(0.5, wins["d"], 0.015);
    }

    [Fact]
    public void A_node_that_comes_or_goes_moves_only_its_share()
    {
        NodeView[] nodes = [View("a", 100), View("b", 200), View("c", 50)];
        var before = new NodeSelection(nodes);
        var after = new NodeSelection([.. nodes, View("d", 100)]);
        var moved = 0;
        foreach (var name in Names(5_000))
        {
            var old = before.Choose(name, 2);
            var now = after.Choose(name, 2);
            // The newcomer pushes in somewhere; the others stay in their order.
            Assert.Equal(old.Take(now.Count(n => n.Id != "d")), now.Where(n => n.Id != "d"));
            moved += now[0].Id == "d" ? 1 : 0;
        }
        Assert.Equal(100 / 450.0, moved / 5_000.0, 0.03);
    }

    [Fact]
    public void The_order_in_which_nodes_are_listed_does_not_matter() =>
        Gen.Select(Gen.Shuffle(FiveIds), Gen.Int[1, 6]).Sample((order, count) =>
        {
            var listed = new NodeSelection(order.Select(id => View(id))).Choose("www", count);
            var sorted = new NodeSelection(order.Order().Select(id => View(id))).Choose("www", count);
            Assert.Equal(sorted.Select(n => n.Id), listed.Select(n => n.Id));
            Assert.Equal(Math.Min(count, 5), listed.Distinct().Count());
        });

    [Fact]
    public void The_chosen_are_those_of_the_highest_scores() =>
        Gen.Select(Gen.Int[1, 500].Array[1, 40], Gen.Int[1, 8], Gen.String).Sample((weights, count, name) =>
        {
            var nodes = weights.Select((w, i) => View($"edge-{i}", w)).ToList();
            var byScore = nodes.Select(v => v.Node)
                .OrderByDescending(n => Rendezvous.Score(Rendezvous.Hash(name), Rendezvous.Hash(n.Id), n.Weight))
                .ThenBy(n => n.Id, StringComparer.Ordinal);
            Assert.Equal(byScore.Take(count).Select(n => n.Id), new NodeSelection(nodes).Choose(name, count).Select(n => n.Id));
        });

    [Fact]
    public void Only_active_nodes_that_are_up_are_named()
    {
        NodeView[] nodes =
        [
            View("up"), View("down", health: NodeHealth.Down), View("new", health: NodeHealth.Unknown),
            View("draining", state: NodeState.Draining), View("disabled", state: NodeState.Disabled),
        ];
        Assert.Equal(["up"], NodeSelection.MayServe(nodes).Select(n => n.Id));
    }

    [Fact]
    public void When_none_is_up_those_that_went_down_last_stay_named()
    {
        NodeView[] nodes =
        [
            View("long", health: NodeHealth.Down, since: T0.AddHours(-1)), View("with", health: NodeHealth.Down, since: T0.AddSeconds(-60)),
            View("last", health: NodeHealth.Down, since: T0), View("never", health: NodeHealth.Unknown),
            View("draining", state: NodeState.Draining, health: NodeHealth.Down, since: T0.AddMinutes(5)),
        ];
        Assert.Equal(["with", "last"], NodeSelection.MayServe(nodes).Select(n => n.Id));
        Assert.Empty(NodeSelection.MayServe([View("never", health: NodeHealth.Unknown)]));
        Assert.Empty(NodeSelection.MayServe([View("broken", health: NodeHealth.Down, served: false)]));
        Assert.Empty(NodeSelection.MayServe([]));
    }

    private static IEnumerable<string> Names(int count) => Enumerable.Range(0, count).Select(i => $"name-{i}.cdn.example.test");

    private static NodeView View(
        string id, int weight = 100, NodeState state = NodeState.Active, NodeHealth health = NodeHealth.Up, DateTimeOffset? since = null,
        bool served = true) => new(
        new Node { Id = id, Addresses = ["192.0.2.1"], Weight = weight, State = state, Revision = 1 },
        NodeStatus.Unknown with { Health = health, Since = since ?? T0, Served = served });
}

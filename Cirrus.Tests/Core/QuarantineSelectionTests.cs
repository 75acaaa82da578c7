using Cirrus.Core.Nodes;
using Cirrus.Core.Steering;
using CsCheck;

namespace Cirrus.Tests.Core;

/// <summary>Whom DNS may name when nodes are in quarantine, drained, down, or all of that.</summary>
public sealed class QuarantineSelectionTests
{
    private static readonly DateTimeOffset T0 = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);

    private static readonly Gen<NodeView[]> Nodes = Gen.Select(Gen.Enum<NodeState>(), Gen.Enum<NodeHealth>(), Gen.Bool, Gen.Int[0, 100]).Array[0, 6]
        .Select(all => all.Select((n, i) => View($"edge-{i}", n.Item1, n.Item2, n.Item3, T0.AddSeconds(-n.Item4))).ToArray());

    [Theory]
    [InlineData("active:up quarantined:up", "active:up")]
    // The operator's decision stands when nothing else is left.
    [InlineData("quarantined:up", "")]
    [InlineData("active:down quarantined:up", "active:down")]
    [InlineData("draining:up disabled:up quarantined:up", "")]
    // The machine's gives way before a node that does not answer is named.
    [InlineData("active:up flapping:up", "active:up")]
    [InlineData("active:down flapping:up", "flapping:up")]
    [InlineData("quarantined:up flapping:up", "flapping:up")]
    [InlineData("flapping:down quarantined:up", "flapping:down")]
    [InlineData("active:unknown flapping:unknown", "")]
    public void A_node_in_quarantine_is_named_only_if_nobody_put_it_there_and_nothing_better_is_left(string nodes, string named)
    {
        var views = nodes.Split(' ').Select(n => n.Split(':')).Select(n => View(
            string.Join(':', n), n[0] == "flapping" ? NodeState.Quarantined : Enum.Parse<NodeState>(n[0], true), Enum.Parse<NodeHealth>(n[1], true),
            n[0] == "flapping", T0));
        Assert.Equal(named, string.Join(' ', NodeSelection.MayServe(views).Select(n => n.Id)));
    }

    [Fact]
    public void What_an_operator_took_out_is_never_named_and_what_was_up_last_stays() => Nodes.Sample(nodes =>
    {
        var serving = NodeSelection.MayServe(nodes);
        Assert.All(serving, n => Assert.True(n.State == NodeState.Active || n is { State: NodeState.Quarantined, Quarantine.Automatic: true }));
        var last = nodes.Where(v => v.Node.State == NodeState.Active || v.Node is { State: NodeState.Quarantined, Quarantine.Automatic: true });
        Assert.Equal(last.Any(v => v.Status.Health != NodeHealth.Unknown), serving.Count > 0);
        if (nodes.Any(v => v is { Node.State: NodeState.Active, Status.Health: NodeHealth.Up }))
            Assert.All(serving, n => Assert.Equal(NodeState.Active, n.State));
    });

    [Fact]
    public void Twice_the_capacity_is_as_good_as_twice_the_weight() => Gen.Select(Gen.Int[1, 100], Gen.Int[1, 4]).Sample((weight, times) =>
    {
        var capacious = Weighing(weight, 100 * times);
        var heavy = Weighing(weight * times, null);
        for (var i = 0; i < 50; i++)
            Assert.Equal(heavy.Choose($"www{i}", 3).Select(n => n.Id), capacious.Choose($"www{i}", 3).Select(n => n.Id));
    });

    private static NodeSelection Weighing(int weight, int? capacity) => new(Enumerable.Range(0, 6).Select(i =>
        View($"edge-{i}", NodeState.Active, NodeHealth.Up, false, T0)).Select((v, i) => i > 0 ? v : v with { Node = v.Node with { Weight = weight, Capacity = capacity } }));

    private static NodeView View(string id, NodeState state, NodeHealth health, bool isAutomatic, DateTimeOffset since) => new(
        new Node
        {
            Id = id,
            Addresses = ["192.0.2.1"],
            State = state,
            Quarantine = state == NodeState.Quarantined ? new Quarantine("", "", T0, isAutomatic) : null,
        },
        NodeStatus.Unknown with { Health = health, Since = since, Served = health != NodeHealth.Unknown });
}

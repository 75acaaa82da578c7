using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;
using Cirrus.Core.Steering;
using Cirrus.Dns.Zones;
using CsCheck;

namespace Cirrus.Tests.Dns;

public sealed class GateProgressTests
{
    private static readonly Gen<TlsGate?[]> Gates = Gen.Int[0, 6].Array[0, 4]
        .Select(drawn => drawn.Select(p => p == 0 ? null : new TlsGate(p == 1 ? null : new ChangeId(p, 0), true)).ToArray());

    private static readonly Gen<(NodeHealth Health, int Before, int Step)[]> Nodes =
        Gen.Select(Gen.Enum<NodeHealth>(), Gen.Int[0, 7], Gen.Int[0, 3]).Array[0, 4];

    [Fact]
    public void A_zone_that_would_be_another_is_never_passed_over() =>
        Gen.Select(Gates, Nodes).Sample((gates, nodes) =>
        {
            IReadOnlyList<NodeView> before = [.. nodes.Select((n, i) => View(i, n.Health, n.Before))];
            IReadOnlyList<NodeView> after = [.. nodes.Select((n, i) => View(i, n.Health, n.Before + n.Step))];
            if (Named(gates, before) == Named(gates, after))
                return;
            Assert.True(GateProgress.IsAwaited(gates.Max(g => g?.Present), before, Of(before)));
            var (from, to) = GateProgress.Applied(before, after)!.Value;
            Assert.Contains(gates, g => g?.Present > from && g?.Present <= to);
        });

    [Fact]
    public void Nothing_is_awaited_of_nodes_that_are_not_named_or_have_everything()
    {
        var newest = new ChangeId(5, 0);
        Assert.False(IsAwaited(newest, View(1, NodeHealth.Up, 5), View(2, NodeHealth.Down, 4)));
        Assert.True(IsAwaited(newest, View(1, NodeHealth.Up, 5), View(2, NodeHealth.Up, 4)));
        Assert.False(IsAwaited(null, View(2, NodeHealth.Up, 0)));
        Assert.Null(GateProgress.Applied([View(1, NodeHealth.Up, 5)], [View(1, NodeHealth.Up, 5)]));
    }

    private static string Named(IEnumerable<TlsGate?> gates, IReadOnlyList<NodeView> nodes)
    {
        var assignment = Of(nodes);
        return string.Join('|', gates.Select(g => string.Join(' ', assignment.Named(assignment.OfLabel("www", TestZone.Lead), g).Select(n => n.Id))));
    }

    private static bool IsAwaited(ChangeId? newest, params NodeView[] nodes) => GateProgress.IsAwaited(newest, nodes, Of(nodes));

    private static Assignment Of(IReadOnlyList<NodeView> nodes) => new(new ZoneOptions(), nodes);

    private static NodeView View(int i, NodeHealth health, int applied) => TestZone.Node($"edge-{i}", health).HavingApplied(new ChangeId(applied, 0));
}

using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;
using Cirrus.Core.Steering;

namespace Cirrus.Dns.Steering;

/// <summary>Whether what nodes have applied matters at this moment: pure functions.</summary>
internal static class GateProgress
{
    /// <summary>Whether a node that may be named lacks a certificate. When none does, every gate is as open as it can be.</summary>
    public static bool IsAwaited(IEnumerable<TlsGate?> gates, IReadOnlyList<NodeView> nodes)
    {
        if (gates.Max(g => g?.Present) is not { } newest)
            return false;
        var serving = NodeSelection.MayServe(nodes).Select(n => n.Id).ToHashSet(StringComparer.Ordinal);
        return nodes.Any(v => v.Status.Applied < newest && serving.Contains(v.Node.Id));
    }

    /// <summary>Whether a gate may let more nodes pass than before; the nodes are the same ones in the same order.</summary>
    public static bool Opens(IEnumerable<TlsGate?> gates, IReadOnlyList<NodeView> before, IReadOnlyList<NodeView> after)
    {
        var steps = before.Zip(after, (b, a) => (From: b.Status.Applied, To: a.Status.Applied)).Where(s => s.From < s.To).ToList();
        if (steps.Count == 0)
            return false;
        var (from, to) = (steps.Min(s => s.From), steps.Max(s => s.To));
        return gates.Any(g => g?.Present > from && g?.Present <= to);
    }
}

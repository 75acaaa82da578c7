using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;
using Cirrus.Core.Steering;

namespace Cirrus.Dns.Zones;

/// <summary>Whether what nodes have applied matters at this moment: pure functions.</summary>
internal static class GateProgress
{
    /// <summary>Whether a node that may be named lacks a certificate. When none does, every gate is as open as it can be.</summary>
    /// <param name="newest">The newest change since which a domain has one; null: none has.</param>
    /// <param name="assignment">Of the nodes.</param>
    public static bool IsAwaited(ChangeId? newest, IReadOnlyList<NodeView> nodes, Assignment assignment)
    {
        if (newest is null)
            return false;
        var serving = assignment.Serving.Select(n => n.Id).ToHashSet(StringComparer.Ordinal);
        return nodes.Any(v => v.Status.Applied < newest && serving.Contains(v.Node.Id));
    }

    /// <summary>
    /// Gates of changes after the first and up to the second may let others pass than before, all others let the same; null: all do.
    /// </summary>
    public static (ChangeId From, ChangeId To)? Applied(IReadOnlyList<NodeView> before, IReadOnlyList<NodeView> after)
    {
        var former = before.ToDictionary(v => v.Node.Id, v => v.Status.Applied, StringComparer.Ordinal);
        var moved = after.Where(v => former.TryGetValue(v.Node.Id, out var applied) && applied != v.Status.Applied)
            .SelectMany(v => new[] { former[v.Node.Id], v.Status.Applied }).ToList();
        return moved.Count == 0 ? null : (moved.Min(), moved.Max());
    }
}

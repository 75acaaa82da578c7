using Cirrus.Core.Nodes;

namespace Cirrus.Core.Steering;

/// <summary>Which nodes DNS names: a pure function of what is known of them, so the API can tell what DNS will say.</summary>
public sealed class NodeSelection
{
    // Nodes that failed within this time of the last one failed together: more likely the checker's fault than theirs.
    private static readonly TimeSpan Together = TimeSpan.FromMinutes(1);

    private readonly (Node Node, ulong Hash)[] _serving;

    public NodeSelection(IEnumerable<NodeView> nodes) =>
        _serving = [.. MayServe(nodes).Select(n => (n, Rendezvous.Hash(n.Id)))];

    /// <summary>The nodes for an access name, best first, at most <paramref name="count"/>; empty only when no node was ever up.</summary>
    public IReadOnlyList<Node> Choose(string accessName, int count)
    {
        var name = Rendezvous.Hash(accessName);
        return
        [
            .. _serving
                .Select(n => (n.Node, Score: Rendezvous.Score(name, n.Hash, n.Node.Weight)))
                .OrderByDescending(n => n.Score)
                .ThenBy(n => n.Node.Id, StringComparer.Ordinal)
                .Take(count)
                .Select(n => n.Node),
        ];
    }

    /// <summary>Active nodes that are up; when none is, those that were the last to go down from up.</summary>
    public static IReadOnlyList<Node> MayServe(IEnumerable<NodeView> nodes)
    {
        var active = nodes.Where(n => n.Node.State == NodeState.Active).ToLookup(n => n.Status.Health);
        if (active[NodeHealth.Up].Any())
            return [.. active[NodeHealth.Up].Select(n => n.Node)];
        // One that never was up is no last good answer.
        var down = active[NodeHealth.Down].Where(n => n.Status.Served).ToList();
        var lastDown = down.Max(n => n.Status.Since);
        return [.. down.Where(n => n.Status.Since >= lastDown - Together).Select(n => n.Node)];
    }
}

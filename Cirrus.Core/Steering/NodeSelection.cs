using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Cirrus.Core.Nodes;

namespace Cirrus.Core.Steering;

/// <summary>Which nodes DNS names: a pure function of what is known of them, so the API can tell what DNS will say.</summary>
public sealed class NodeSelection
{
    // Nodes that failed within this time of the last one failed together: more likely the checker's fault than theirs.
    private static readonly TimeSpan Together = TimeSpan.FromMinutes(1);

    private const int OnStack = 64;

    private readonly (Node Node, double Weight, ulong Mixed)[] _serving;
    private readonly ConcurrentDictionary<string, NodeSelection> _regions = new(StringComparer.Ordinal);

    public NodeSelection(IEnumerable<NodeView> nodes)
        : this(nodes.ToList())
    {
    }

    private NodeSelection(List<NodeView> nodes)
        : this(MayServe(nodes), !nodes.Any(v => IsActive(v.Node) || Flaps(v.Node)))
    {
    }

    private NodeSelection(IReadOnlyList<Node> serving, bool isEmpty)
    {
        (Serving, IsEmpty) = (serving, isEmpty);
        _serving = [.. serving.Select(n => (n, n.Share, Rendezvous.Mix(Rendezvous.Hash(n.Id))))];
    }

    /// <summary>The nodes that are chosen from.</summary>
    public IReadOnlyList<Node> Serving { get; }

    /// <summary>Whether none could be chosen from, were all nodes up.</summary>
    public bool IsEmpty { get; }

    /// <summary>Those of them that are in a region: one that failed is not revived for being the last there.</summary>
    public NodeSelection In(string region) =>
        _regions.GetOrAdd(region, static (wanted, all) => new NodeSelection([.. all.Where(n => n.Region == wanted)], false), Serving);

    /// <summary>The nodes for an access name, best first, at most <paramref name="count"/>; empty only when no node was ever up.</summary>
    public IReadOnlyList<Node> Choose(string accessName, int count) => Choose(Rendezvous.Hash(accessName), count);

    /// <summary>The same by the access name's <see cref="Rendezvous.Hash"/>.</summary>
    // The first build calls it for each name before the runtime would have found out that it is worth compiling well.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public IReadOnlyList<Node> Choose(ulong name, int count)
    {
        // Not a sort of all: a zone of 100,000 names and 200 nodes has 20 million scores.
        var best = new Node[Math.Min(count, _serving.Length)];
        var scores = best.Length <= OnStack ? stackalloc double[best.Length] : new double[best.Length];
        var found = 0;
        foreach (var (node, weight, mixed) in _serving)
        {
            var draw = Rendezvous.Draw(name, mixed);
            if (found == best.Length && !Rendezvous.CanReach(scores[^1], draw, weight))
                continue;
            var place = found;
            var score = Rendezvous.Score(draw, weight);
            while (place > 0 && IsBefore(score, node, scores[place - 1], best[place - 1]))
                place--;
            if (place == best.Length)
                continue;
            var behind = Math.Min(found, best.Length - 1) - place;
            best.AsSpan(place, behind).CopyTo(best.AsSpan(place + 1));
            scores.Slice(place, behind).CopyTo(scores[(place + 1)..]);
            (best[place], scores[place]) = (node, score);
            found = Math.Min(found + 1, best.Length);
        }
        return best;
    }

    /// <summary>What it takes to score the nodes that are chosen from.</summary>
    internal ReadOnlySpan<(Node Node, double Weight, ulong Mixed)> Scored => _serving;

    /// <summary>
    /// Active nodes that are up; when none is, those in quarantine that are up and that nobody but the machine put there; when there are none, those
    /// of both that were the last to go down from up.
    /// </summary>
    public static IReadOnlyList<Node> MayServe(IEnumerable<NodeView> nodes)
    {
        // What an operator took out is not named, whatever else is amiss.
        var last = nodes.Where(n => IsActive(n.Node) || Flaps(n.Node)).ToList();
        var up = last.Where(n => n.Status.Health == NodeHealth.Up).Select(n => n.Node).ToLookup(IsActive);
        if (up.Count > 0)
            return [.. up[up.Contains(true)]];
        // One that never was up is no last good answer.
        var down = last.Where(n => n.Status is { Health: NodeHealth.Down, Served: true }).ToList();
        var lastDown = down.Max(n => n.Status.Since);
        return [.. down.Where(n => n.Status.Since >= lastDown - Together).Select(n => n.Node)];
    }

    private static bool IsActive(Node node) => node.State == NodeState.Active;

    private static bool Flaps(Node node) => node is { State: NodeState.Quarantined, Quarantine.Automatic: true };

    private static bool IsBefore(double score, Node node, double otherScore, Node other) =>
        score > otherScore || (score == otherScore && string.CompareOrdinal(node.Id, other.Id) < 0);
}

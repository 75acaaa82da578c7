using Cirrus.Core.Nodes;

namespace Cirrus.Core.Steering;

/// <summary>
/// What other nodes to choose from mean for a name, without choosing again: a node that is gone matters where it was chosen, one that has
/// come where it scores higher than the last of those chosen. Nodes are the same when they are the same objects.
/// </summary>
public sealed class Reassignment
{
    private readonly int _count;
    private readonly HashSet<Node> _gone = new(ReferenceEqualityComparer.Instance);
    private readonly List<(int Weight, ulong Mixed)> _come = [];
    private readonly Dictionary<Node, (int Weight, ulong Mixed)> _stayed = new(ReferenceEqualityComparer.Instance);

    internal Reassignment(NodeSelection before, NodeSelection after, int count)
    {
        _count = count;
        _gone.UnionWith(before.Serving);
        foreach (var (node, weight, mixed) in after.Scored)
        {
            if (_gone.Remove(node))
                _stayed.Add(node, (weight, mixed));
            else
                _come.Add((weight, mixed));
        }
    }

    /// <summary>Whether any name may be led elsewhere.</summary>
    public bool MovesAny => _gone.Count + _come.Count > 0;

    /// <summary>Whether others may have to be chosen for a name.</summary>
    /// <param name="name">Its <see cref="Assignment.NameOf"/>.</param>
    /// <param name="chosen">Those chosen before, best first.</param>
    public bool MayMove(ulong name, IReadOnlyList<Node> chosen)
    {
        for (var i = 0; i < chosen.Count; i++)
        {
            if (_gone.Contains(chosen[i]))
                return true;
        }
        if (_come.Count == 0)
            return false;
        if (chosen.Count < _count)
            return true;
        var last = _stayed[chosen[^1]];
        var least = Rendezvous.Score(Rendezvous.Draw(name, last.Mixed), last.Weight);
        foreach (var (weight, mixed) in _come)
        {
            var draw = Rendezvous.Draw(name, mixed);
            if (Rendezvous.CanReach(least, draw, weight) && Rendezvous.Score(draw, weight) >= least)
                return true;
        }
        return false;
    }
}

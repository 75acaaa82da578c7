using Cirrus.Core.Nodes;

namespace Cirrus.Core.Steering;

/// <summary>
/// Of one group of nodes: a node that is gone matters where it was chosen, one that has come where it scores higher than the last of those
/// chosen. Nodes are the same when they are the same objects.
/// </summary>
internal sealed class GroupChange
{
    private readonly HashSet<Node> _gone = new(ReferenceEqualityComparer.Instance);
    private readonly List<(double Weight, ulong Mixed)> _come = [];
    private readonly Dictionary<Node, (double Weight, ulong Mixed)> _stayed = new(ReferenceEqualityComparer.Instance);

    // Why no node was chosen is another reason now.
    private readonly bool _isOtherwiseEmpty;

    public GroupChange(NodeSelection before, NodeSelection after)
    {
        _isOtherwiseEmpty = before.IsEmpty != after.IsEmpty;
        _gone.UnionWith(before.Serving);
        foreach (var (node, weight, mixed) in after.Scored)
        {
            if (_gone.Remove(node))
                _stayed.Add(node, (weight, mixed));
            else
                _come.Add((weight, mixed));
        }
    }

    public bool MovesAny => _isOtherwiseEmpty || _gone.Count + _come.Count > 0;

    public bool MayMove(ulong name, int count, IReadOnlyList<Node> chosen)
    {
        for (var i = 0; i < chosen.Count; i++)
        {
            if (_gone.Contains(chosen[i]))
                return true;
        }
        if (_come.Count == 0)
            return _isOtherwiseEmpty && chosen.Count == 0;
        if (chosen.Count < count)
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

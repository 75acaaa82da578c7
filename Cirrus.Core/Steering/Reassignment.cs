using System.Collections.Concurrent;

namespace Cirrus.Core.Steering;

/// <summary>What other nodes to choose from mean for a name, without choosing again.</summary>
public sealed class Reassignment
{
    private readonly Assignment _before;
    private readonly Assignment _after;
    private readonly ConcurrentDictionary<NodeGroup, GroupChange> _changes = new();

    internal Reassignment(Assignment before, Assignment after)
    {
        _before = before;
        _after = after;
    }

    /// <summary>Whether any name may be led elsewhere, of those that were led anywhere before.</summary>
    public bool MovesAny => _before.Groups.Any(g => Of(g).MovesAny);

    /// <summary>Whether others may have to be chosen for a name.</summary>
    /// <param name="name">Its <see cref="Assignment.NameOf"/>.</param>
    /// <param name="chosen">Those chosen before, best first.</param>
    public bool MayMove(ulong name, Lead lead, IReadOnlyList<Nodes.Node> chosen) => Of(lead.Group).MayMove(name, lead.Count, chosen);

    private GroupChange Of(NodeGroup group) =>
        _changes.GetOrAdd(group, static (g, both) => new GroupChange(both._before.Selection(g), both._after.Selection(g)), this);
}

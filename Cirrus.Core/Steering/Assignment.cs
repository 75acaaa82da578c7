using Cirrus.Core.Nodes;

namespace Cirrus.Core.Steering;

/// <summary>Which nodes every domain is led to: what the zone is built from, what a plan compares, and what the API shows of a domain.</summary>
public sealed class Assignment(ZoneOptions zone, IEnumerable<NodeView> nodes)
{
    private readonly NodeSelection _selection = new(nodes);

    /// <summary>All nodes that are named for some domain or other.</summary>
    public IReadOnlyList<Node> Serving => _selection.Serving;

    /// <summary>The nodes for the access name of this first label (<see cref="AccessName.Label"/>), best first.</summary>
    public IReadOnlyList<Node> OfLabel(string label) => _selection.Choose($"{label}.{zone.Name}", zone.NodesPerDomain);
}

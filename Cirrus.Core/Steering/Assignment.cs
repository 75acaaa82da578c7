using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;

namespace Cirrus.Core.Steering;

/// <summary>Which nodes every domain is led to: what the zone is built from, what a plan compares, and what the API shows of a domain.</summary>
public sealed class Assignment
{
    private readonly ZoneOptions _zone;
    private readonly NodeSelection _selection;
    private readonly Dictionary<string, ChangeId> _applied = new(StringComparer.Ordinal);

    public Assignment(ZoneOptions zone, IReadOnlyCollection<NodeView> nodes)
    {
        _zone = zone;
        _selection = new NodeSelection(nodes);
        foreach (var (node, status) in nodes)
            _applied[node.Id] = status.Applied;
    }

    /// <summary>All nodes that are named for some domain or other.</summary>
    public IReadOnlyList<Node> Serving => _selection.Serving;

    /// <summary>The nodes chosen for the access name of this first label (<see cref="AccessName.Label"/>), best first.</summary>
    public IReadOnlyList<Node> OfLabel(string label) => _selection.Choose($"{label}.{_zone.Name}", _zone.NodesPerDomain);

    /// <summary>Those of them that a domain's gate lets DNS name; null: all.</summary>
    public IReadOnlyList<Node> OfLabel(string label, TlsGate? gate) => Named(OfLabel(label), gate);

    /// <summary>The same of nodes that were chosen before.</summary>
    public IReadOnlyList<Node> Named(IReadOnlyList<Node> chosen, TlsGate? gate) => gate is null ? chosen : gate.Pass(chosen, _applied);
}

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
    public IReadOnlyList<Node> OfLabel(string label) => OfName(NameOf(label));

    /// <summary>The hash by which nodes are chosen for the access name of this first label.</summary>
    public ulong NameOf(string label) => Rendezvous.Hash($"{label}.{_zone.Name}");

    /// <summary>The nodes chosen for an access name of this <see cref="NameOf"/>, best first.</summary>
    public IReadOnlyList<Node> OfName(ulong name) => _selection.Choose(name, _zone.NodesPerDomain);

    /// <summary>Which names may be led elsewhere than by another assignment of the same zone.</summary>
    public Reassignment Since(Assignment before) => new(before._selection, _selection, _zone.NodesPerDomain);

    /// <summary>Those of them that a domain's gate lets DNS name; null: all.</summary>
    public IReadOnlyList<Node> OfLabel(string label, TlsGate? gate) => Named(OfLabel(label), gate);

    /// <summary>The same of nodes that were chosen before.</summary>
    public IReadOnlyList<Node> Named(IReadOnlyList<Node> chosen, TlsGate? gate) => gate is null ? chosen : gate.Pass(chosen, _applied);
}

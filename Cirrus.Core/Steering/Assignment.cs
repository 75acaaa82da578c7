using System.Collections.Concurrent;
using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;

namespace Cirrus.Core.Steering;

/// <summary>Which nodes every domain is led to: what the zone is built from, what a plan compares, and what the API shows of a domain.</summary>
public sealed class Assignment
{
    private readonly ZoneOptions _zone;
    private readonly IReadOnlyCollection<NodeView> _nodes;
    private readonly ConcurrentDictionary<NodeGroup, NodeSelection> _selections = new();
    private readonly Dictionary<string, ChangeId> _applied = new(StringComparer.Ordinal);

    public Assignment(ZoneOptions zone, IReadOnlyCollection<NodeView> nodes)
    {
        _zone = zone;
        _nodes = nodes;
        foreach (var (node, status) in nodes)
            _applied[node.Id] = status.Applied;
        foreach (var pool in nodes.SelectMany(v => NodeGroup.PoolsOf(v.Node)).Distinct())
            Selection(NodeGroup.OfPool(pool));
    }

    /// <summary>All nodes that are named for some domain or other, of those that were asked for.</summary>
    public IReadOnlyList<Node> Serving => [.. _selections.Values.SelectMany(s => s.Serving).Distinct()];

    /// <summary>The hash by which nodes are chosen for the access name of this first label (<see cref="AccessName.Label"/>).</summary>
    public ulong NameOf(string label) => Rendezvous.Hash($"{label}.{_zone.Name}");

    /// <summary>The nodes chosen for the access name of this first label, best first.</summary>
    public IReadOnlyList<Node> OfLabel(string label, Lead lead) => OfName(NameOf(label), lead);

    /// <summary>The nodes chosen for an access name of this <see cref="NameOf"/>, best first.</summary>
    public IReadOnlyList<Node> OfName(ulong name, Lead lead) => Selection(lead.Group).Choose(name, lead.Count);

    /// <summary>The same for clients that are in a region; empty: they are led as all others.</summary>
    public IReadOnlyList<Node> OfName(ulong name, Lead lead, string region) => Selection(lead.Group).In(region).Choose(name, lead.Count);

    /// <summary>Whether no node of a group could be chosen, were all up.</summary>
    public bool IsEmpty(NodeGroup group) => Selection(group).IsEmpty;

    /// <summary>Which names may be led elsewhere than by another assignment of the same zone.</summary>
    public Reassignment Since(Assignment before) => new(before, this);

    /// <summary>Those of chosen nodes that a domain's gate lets DNS name; null: all.</summary>
    public IReadOnlyList<Node> Named(IReadOnlyList<Node> chosen, TlsGate? gate) => gate is null ? chosen : gate.Pass(chosen, _applied);

    /// <summary>Why not all nodes are named that were chosen, or none was; null when there is nothing to wait for.</summary>
    public Awaited? Awaits(SteeredDomain domain, IReadOnlyList<Node> chosen, IReadOnlyList<Node> named) =>
        chosen.Count == 0 && IsEmpty(domain.Lead.Group) ? Awaited.Pool : domain.Gate?.Awaits(chosen, named);

    /// <summary>The groups that were asked for.</summary>
    internal IEnumerable<NodeGroup> Groups => _selections.Keys;

    internal NodeSelection Selection(NodeGroup group) =>
        _selections.GetOrAdd(group, static (wanted, nodes) => new NodeSelection(nodes.Where(v => wanted.Has(v.Node))), _nodes);
}

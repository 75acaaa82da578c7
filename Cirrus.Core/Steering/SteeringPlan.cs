using System.Runtime.InteropServices;
using Cirrus.Core.Domains;
using Cirrus.Core.Nodes;

namespace Cirrus.Core.Steering;

/// <summary>
/// Which domains would be led elsewhere if some steps were taken. Domains are counted one by one and not kept, so any number of them can be.
/// </summary>
public sealed class SteeringPlan
{
    private readonly Assignment _before;
    private readonly Assignment _after;
    private readonly Dictionary<string, NodeTally> _tallies = new(StringComparer.Ordinal);
    private readonly ZoneOptions _zone;

    public SteeringPlan(ZoneOptions zone, IReadOnlyList<NodeView> nodes, IEnumerable<PlanStep> steps)
    {
        _zone = zone;
        var assumed = new SortedSet<string>(StringComparer.Ordinal);
        var changed = steps.Aggregate((IEnumerable<NodeView>)nodes, (current, step) => step.ApplyTo(current, assumed)).ToList();
        _before = new Assignment(zone, nodes);
        _after = new Assignment(zone, changed);
        AssumedUp = [.. assumed];
        foreach (var view in nodes.Concat(changed))
            _tallies.TryAdd(view.Node.Id, default);
    }

    /// <summary>Nodes that are named in DNS now.</summary>
    public IReadOnlyList<Node> Before => _before.Serving;

    /// <summary>Nodes that would be named.</summary>
    public IReadOnlyList<Node> After => _after.Serving;

    /// <summary>Ids of nodes whose health nobody knows yet and that are taken to be up.</summary>
    public IReadOnlyList<string> AssumedUp { get; }

    /// <summary>How many domains were counted.</summary>
    public int Domains { get; private set; }

    /// <summary>How many of them would be named other nodes.</summary>
    public int Moved { get; private set; }

    /// <summary>By id of node, those that are there before or after.</summary>
    public IReadOnlyDictionary<string, NodeTally> PerNode => _tallies;

    /// <summary>Counts a domain.</summary>
    /// <param name="steering">What it asks for.</param>
    /// <returns>Its move; null when it stays, also when its nodes only change their order, which means nothing in DNS.</returns>
    public Move? Count(string domain, DomainSteering? steering)
    {
        var label = AccessName.Label(domain);
        var lead = Lead.Of(steering, _zone);
        var name = _before.NameOf(label);
        var from = _before.OfName(name, lead);
        var to = _after.OfName(name, lead);
        Domains++;
        foreach (var node in from)
            Tally(node).Before++;
        foreach (var node in to)
            Tally(node).After++;

        var stays = from.Count == to.Count;
        foreach (var node in from)
        {
            if (Has(to, node.Id))
                continue;
            Tally(node).Lost++;
            stays = false;
        }
        foreach (var node in to)
        {
            if (!Has(from, node.Id))
                Tally(node).Gained++;
        }
        if (stays)
            return null;
        Moved++;
        return new Move(domain, $"{label}.{_zone.Name}", [.. from.Select(n => n.Id)], [.. to.Select(n => n.Id)]);
    }

    private ref NodeTally Tally(Node node) => ref CollectionsMarshal.GetValueRefOrNullRef(_tallies, node.Id);

    private static bool Has(IReadOnlyList<Node> nodes, string id)
    {
        foreach (var node in nodes)
        {
            if (node.Id == id)
                return true;
        }
        return false;
    }
}

/// <summary>A domain that would be led elsewhere.</summary>
/// <param name="From">Ids of the nodes named for it now, best first.</param>
/// <param name="To">Ids of those that would be.</param>
public sealed record Move(string Domain, string AccessName, IReadOnlyList<string> From, IReadOnlyList<string> To);

/// <summary>How many domains a node is named for, before and after, and how many it would gain and lose.</summary>
public record struct NodeTally(int Before, int After, int Gained, int Lost);

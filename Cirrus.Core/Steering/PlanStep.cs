using Cirrus.Core.Nodes;

namespace Cirrus.Core.Steering;

/// <summary>Something an operator may do to a node.</summary>
/// <param name="Node">Its id.</param>
public abstract record PlanStep(string Node)
{
    /// <summary>A new node.</summary>
    public sealed record Add(string Node, int Weight, string Pool = NodeGroup.DefaultPool, string Region = "") : PlanStep(Node);

    /// <summary>Another weight.</summary>
    public sealed record Weigh(string Node, int Weight) : PlanStep(Node);

    /// <summary>Another state.</summary>
    public sealed record Turn(string Node, NodeState State) : PlanStep(Node);

    /// <summary>Deletion.</summary>
    public sealed record Remove(string Node) : PlanStep(Node);

    /// <summary>
    /// The nodes as they are after this step. A node that nobody probes yet, a new one or one that is disabled now and active then, is taken to
    /// be up; of every other the health stays what it is.
    /// </summary>
    /// <param name="nodes">Has the node, unless it is to be added.</param>
    /// <param name="assumed">Gets the ids of nodes that are taken to be up.</param>
    internal IEnumerable<NodeView> ApplyTo(IEnumerable<NodeView> nodes, ISet<string> assumed)
    {
        switch (this)
        {
            case Add(var id, var weight, var pool, var region):
                assumed.Add(id);
                return nodes.Append(TakenToBeUp(new NodeView(
                    new Node { Id = id, Addresses = [], Weight = weight, Pools = [pool], Region = region }, NodeStatus.Unknown)));
            case Weigh(var id, var weight):
                return Replace(nodes, id, v => v with { Node = v.Node with { Weight = weight } });
            case Turn(var id, var state):
                return Replace(nodes, id, view => Turned(view, state, assumed));
            case Remove(var id):
                assumed.Remove(id);
                return nodes.Where(v => v.Node.Id != id);
            default:
                throw new ArgumentOutOfRangeException(nameof(nodes), this, null);
        }
    }

    private static NodeView Turned(NodeView view, NodeState state, ISet<string> assumed)
    {
        var turned = view with { Node = view.Node with { State = state, Quarantine = null } };
        if (view.Node.State != NodeState.Disabled || state != NodeState.Active)
            return turned;
        assumed.Add(view.Node.Id);
        return TakenToBeUp(turned);
    }

    private static NodeView TakenToBeUp(NodeView view) => view with { Status = view.Status with { Health = NodeHealth.Up, Served = true } };

    // Not lazily: a step is taken once.
    private static List<NodeView> Replace(IEnumerable<NodeView> nodes, string id, Func<NodeView, NodeView> change) =>
        [.. nodes.Select(v => v.Node.Id == id ? change(v) : v)];
}

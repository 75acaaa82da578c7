using Cirrus.Core.Nodes;
using Cirrus.Core.Steering;

namespace Cirrus.Api.Steering;

/// <summary>Which domains would be led elsewhere.</summary>
/// <param name="Before">The nodes that DNS names now.</param>
/// <param name="After">The nodes that it would name.</param>
/// <param name="AssumedUp">Nodes that nobody probes yet and that are taken to be up. The health of all others is what it is now.</param>
/// <param name="Domains">How many domains there are.</param>
/// <param name="Moved">How many of them would be led to other nodes.</param>
/// <param name="PerNode">How many domains each node has, and would have.</param>
/// <param name="Moves">A page of those that move, in order of domain.</param>
/// <param name="Next">What to give as <c>after</c> for the next page of moves; null on the last, and when none are asked for.</param>
public sealed record PlanResponse(
    PlanSide Before,
    PlanSide After,
    IReadOnlyList<string> AssumedUp,
    int Domains,
    int Moved,
    IReadOnlyList<PlanNode> PerNode,
    IReadOnlyList<PlanMove> Moves,
    string? Next)
{
    internal static PlanResponse From(SteeringPlan plan, IReadOnlyList<PlanMove> moves, string? next) => new(
        PlanSide.From(plan.Before), PlanSide.From(plan.After), plan.AssumedUp, plan.Domains, plan.Moved,
        [
            .. plan.PerNode.OrderBy(n => n.Key, StringComparer.Ordinal)
                .Select(n => new PlanNode(n.Key, n.Value.Before, n.Value.After, n.Value.Gained, n.Value.Lost)),
        ],
        moves, next);
}

/// <summary>The nodes that are named, in order of id.</summary>
public sealed record PlanSide(IReadOnlyList<PlanWeight> Nodes)
{
    internal static PlanSide From(IEnumerable<Node> nodes) =>
        new([.. nodes.OrderBy(n => n.Id, StringComparer.Ordinal).Select(n => new PlanWeight(n.Id, n.Weight))]);
}

/// <summary>A node and its weight.</summary>
public sealed record PlanWeight(string Id, int Weight);

/// <summary>How many domains a node is named for, before and after, and how many of them it gains and loses.</summary>
public sealed record PlanNode(string Id, int Before, int After, int Gained, int Lost);

/// <summary>A domain that would be led elsewhere.</summary>
/// <param name="From">Ids of the nodes named for it now, best first.</param>
/// <param name="To">Ids of those that would be.</param>
public sealed record PlanMove(string Domain, string AccessName, IReadOnlyList<string> From, IReadOnlyList<string> To);

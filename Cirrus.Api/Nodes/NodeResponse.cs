using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;
using Cirrus.Core.Steering;

namespace Cirrus.Api.Nodes;

/// <summary>A node as the API shows it.</summary>
/// <param name="Share">By which names are shared out: weight × capacity / 100.</param>
/// <param name="Drained">Of a node that is not active: no resolver has an answer any more that names it, as far as it keeps to the times it was told.</param>
/// <param name="DrainedAt">Since, or from when on, that is so; null while a name server may still name it.</param>
/// <param name="Quarantine">Why it is in quarantine; null when it is not.</param>
public sealed record NodeResponse(
    string Id,
    IReadOnlyList<string> Addresses,
    int Weight,
    string Region,
    IReadOnlyList<string> Pools,
    int Capacity,
    double Share,
    NodeState State,
    bool? Drained,
    DateTimeOffset? DrainedAt,
    Quarantine? Quarantine,
    NodeStatusResponse Status,
    int Revision,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    internal static NodeResponse From(NodeView view) => new(
        view.Node.Id, view.Node.Addresses, view.Node.Weight, view.Node.Region, NodeGroup.PoolsOf(view.Node), view.Node.Capacity ?? 100, view.Node.Share,
        view.Node.State, view.Node.State == NodeState.Active ? null : view.Status.Absence?.Over <= DateTimeOffset.UtcNow,
        view.Node.State == NodeState.Active ? null : view.Status.Absence?.Over, view.Node.Quarantine, NodeStatusResponse.From(view.Status),
        view.Node.Revision, view.Node.CreatedAt, view.Node.UpdatedAt);
}

/// <summary>What the workers saw of a node.</summary>
/// <param name="Since">When the health last changed; null when never probed.</param>
/// <param name="Error">Why the last probe failed; null when it did not.</param>
/// <param name="AppliedChange">The newest change the node has applied; null when it never said.</param>
/// <param name="LatencyMilliseconds">How long the last successful probe took.</param>
/// <param name="HeldUntil">It goes up no sooner, for it went down too often lately; null when it is not held.</param>
public sealed record NodeStatusResponse(
    NodeHealth Health, DateTimeOffset? Since, string? Error, ChangeId? AppliedChange, string? Version, DateTimeOffset? CheckedAt,
    double? LatencyMilliseconds, DateTimeOffset? HeldUntil)
{
    internal static NodeStatusResponse From(NodeStatus status) => new(
        status.Health, status.Since, status.Error.Length > 0 ? status.Error : null,
        status.Applied == ChangeId.Zero ? null : status.Applied, status.Version.Length > 0 ? status.Version : null, status.Checked,
        status.Latency?.TotalMilliseconds, status.Health == NodeHealth.Down ? status.Flapping?.HeldUntil : null);
}

/// <summary>All nodes in order of id.</summary>
public sealed record NodeList(IReadOnlyList<NodeResponse> Items);

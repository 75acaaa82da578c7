using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;

namespace Cirrus.Api.Nodes;

/// <summary>A node's health: who sees it how now, and how it turned so far.</summary>
/// <param name="Votes">Of each living worker.</param>
/// <param name="Items">Turns, newest first.</param>
/// <param name="Next">Goes into <c>after</c>; null on the last page.</param>
public sealed record NodeHealthPage(NodeStatusResponse Status, IReadOnlyList<NodeVote> Votes, IReadOnlyList<NodeTurn> Items, string? Next)
{
    internal static NodeHealthPage From(
        NodeView node, IReadOnlyList<(string Worker, Vote? Vote)> votes, IReadOnlyList<HealthTurn> turns, int limit) => new(
        NodeStatusResponse.From(node.Status),
        [.. votes.Select(v => NodeVote.From(v.Worker, v.Vote))],
        [.. turns.Take(limit).Select(NodeTurn.From)],
        turns.Count > limit ? turns[limit - 1].Change.ToString() : null);
}

/// <summary>What one worker sees of a node by its own probes.</summary>
/// <param name="Health">Unknown: it has not probed it often enough.</param>
/// <param name="Error">Why its last probe failed; null when it did not.</param>
public sealed record NodeVote(string Worker, NodeHealth Health, string? Error)
{
    internal static NodeVote From(string worker, Vote? vote) =>
        new(worker, vote?.Health ?? NodeHealth.Unknown, vote is { Error.Length: > 0 } ? vote.Error : null);
}

/// <summary>A turn of a node's health.</summary>
/// <param name="Change">The change that it was.</param>
/// <param name="Reason">What spoke against the node; null when nothing did.</param>
/// <param name="LatencyMilliseconds">How long its last successful probe took; null when there was none lately.</param>
/// <param name="Votes">How the workers saw it; null when it was turned without a vote.</param>
public sealed record NodeTurn(ChangeId Change, DateTimeOffset At, NodeHealth Health, string? Reason, double? LatencyMilliseconds, VoteCount? Votes)
{
    internal static NodeTurn From(HealthTurn turn) => new(
        turn.Change, turn.Change.At, turn.Health, turn.Reason.Length > 0 ? turn.Reason : null, turn.Evidence?.Latency?.TotalMilliseconds,
        turn.Evidence is { } evidence ? new VoteCount(evidence.Up, evidence.Down, evidence.Workers) : null);
}

/// <summary>How many of the living workers saw a node up and down; the others had no view.</summary>
public sealed record VoteCount(int Up, int Down, int Workers);

/// <summary>How long probes of a node took in about a minute, as the worker saw it that decides.</summary>
/// <param name="At">The end of that time.</param>
/// <param name="Failed">Those without a good answer; the times are of the others, and null when there were none.</param>
public sealed record NodeLatency(
    DateTimeOffset At, int Probes, int Failed, double? LeastMilliseconds, double? MedianMilliseconds, double? MostMilliseconds)
{
    internal static NodeLatency From(LatencyEntry entry)
    {
        var latency = entry.Latency;
        return latency.Failed == latency.Probes
            ? new NodeLatency(entry.Id.At, latency.Probes, latency.Failed, null, null, null)
            : new NodeLatency(
                entry.Id.At, latency.Probes, latency.Failed, latency.Least.TotalMilliseconds, latency.Median.TotalMilliseconds,
                latency.Most.TotalMilliseconds);
    }
}

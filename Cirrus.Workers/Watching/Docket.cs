using System.Collections.Concurrent;
using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;
using Cirrus.Core.Redis;
using Cirrus.Workers.Health;
using Cirrus.Workers.Receipts;

namespace Cirrus.Workers.Watching;

/// <summary>The nodes that are judged, and whose receipts are kept, under one hold of the lease.</summary>
internal sealed class Docket(
    Lease lease, NodeStore nodes, AppliedLog applied, ReceiptFollower receipts, Findings findings, TimeProvider time, ILogger logger) : INodeWork
{
    private readonly ConcurrentDictionary<string, NodeCase> _cases = new(StringComparer.Ordinal);

    /// <summary>Decides every case by the votes as they are.</summary>
    public Task JudgeAsync(IReadOnlyList<Voter> voters) => Task.WhenAll(_cases.Values.Select(c => c.JudgeAsync(voters)));

    public void Restart(ChangeId position) => _cases.Clear();

    public void See(IReadOnlyList<Change> changes)
    {
        foreach (var change in changes.Where(c => c.Type == ChangeTypes.NodeHealth))
        {
            if (_cases.TryGetValue(change.Key, out var known))
                known.See(Turn.From(change));
        }
    }

    public WatchedNode Start(NodeView view, CancellationToken cancellation)
    {
        _cases[view.Node.Id] = new NodeCase(view, nodes, findings, lease, time, logger);
        if (view.Node.State == NodeState.Disabled)
            return new WatchedNode(view.Node, logger, cancellation);
        var sightings = new Sightings(view.Node.Id, applied, time);
        return new WatchedNode(view.Node, logger, cancellation, c => receipts.RunAsync(view.Node, sightings, c));
    }

    public Task ForgetAsync(string id)
    {
        _cases.TryRemove(id, out _);
        return applied.ForgetNodeAsync(id);
    }
}

using System.Collections.Concurrent;
using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;
using Cirrus.Core.Redis;
using Cirrus.Workers.Health;
using Cirrus.Workers.Receipts;

namespace Cirrus.Workers.Watching;

/// <summary>The nodes that are judged, and whose receipts are kept, under one hold of the lease.</summary>
internal sealed class Docket(
    Lease lease, NodeStore nodes, HealthHistory history, AppliedLog applied, ReceiptFollower receipts, Findings findings, HealthOptions options,
    TimeProvider time, ILogger logger) : INodeWork
{
    private readonly ConcurrentDictionary<string, NodeCase> _cases = new(StringComparer.Ordinal);

    /// <summary>Decides every case by the votes as they are.</summary>
    public async Task JudgeAsync(IReadOnlyList<Voter> voters)
    {
        var named = _cases.Values.Count(c => c.IsNamed);
        await Task.WhenAll(_cases.Values.Select(c => c.JudgeAsync(voters, named > (c.IsNamed ? 1 : 0))));
    }

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
        _cases[view.Node.Id] = new NodeCase(view, nodes, history, findings, lease, options, time, logger);
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

using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;
using Cirrus.Core.Redis;
using Cirrus.Workers.Health;
using Cirrus.Workers.Receipts;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Cirrus.Workers.Watching;

/// <summary>Watches every node for as long as this instance holds the watch: probes and receipts, started and ended as nodes come and go.</summary>
internal sealed partial class NodeWatch(
    NodeStore nodes, ChangeLog log, AppliedLog applied, HealthProbe probe, ReceiptFollower receipts,
    IOptions<HealthOptions> health, TimeProvider time, ILogger<NodeWatch> logger)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(500);
    private readonly ILogger _logger = logger;

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(Tenure tenure, CancellationToken cancellation)
    {
        var changes = new RecentChanges(time);
        var watched = new Dictionary<string, WatchedNode>(StringComparer.Ordinal);
        try
        {
            var position = await ReloadAsync(watched, changes, tenure, cancellation);
            await foreach (var batch in log.FollowAsync(() => position, cancellation))
            {
                if (batch.Lost)
                {
                    position = await ReloadAsync(watched, changes, tenure, cancellation);
                    continue;
                }
                changes.Add(batch.Changes);
                var touched = batch.Changes.Where(c => c.Type is ChangeTypes.NodePut or ChangeTypes.NodeDelete).Select(c => c.Key).Distinct();
                foreach (var id in touched)
                    await RefreshAsync(id, watched, changes, tenure, cancellation);
                position = batch.Changes[^1].Id;
            }
        }
        finally
        {
            await Task.WhenAll(watched.Values.Select(w => w.StopAsync()));
        }
    }

    private async Task<ChangeId> ReloadAsync(
        Dictionary<string, WatchedNode> watched, RecentChanges changes, Tenure tenure, CancellationToken cancellation)
    {
        await Task.WhenAll(watched.Values.Select(w => w.StopAsync()));
        watched.Clear();
        // The position first: what is written while the nodes are read is then read again, which does no harm.
        var position = await InsistAsync(log.TailAsync, cancellation);
        changes.Restart(position);
        foreach (var view in await InsistAsync(nodes.ListAsync, cancellation))
            watched[view.Node.Id] = Start(view, changes, tenure, cancellation);
        return position;
    }

    private async Task RefreshAsync(
        string id, Dictionary<string, WatchedNode> watched, RecentChanges changes, Tenure tenure, CancellationToken cancellation)
    {
        var view = await InsistAsync(() => nodes.FindAsync(id), cancellation);
        if (watched.Remove(id, out var current))
        {
            if (view is not null && current.IsStillRightFor(view.Node))
            {
                watched[id] = current;
                return;
            }
            await current.StopAsync();
            // Once more, for until it was stopped it may have turned the health.
            view = await InsistAsync(() => nodes.FindAsync(id), cancellation);
        }
        if (view is not null)
            watched[id] = Start(view, changes, tenure, cancellation);
        else
            await InsistAsync(() => ForgetAsync(id), cancellation);
    }

    private async Task<bool> ForgetAsync(string id)
    {
        await applied.ForgetNodeAsync(id);
        return true;
    }

    private WatchedNode Start(NodeView view, RecentChanges changes, Tenure tenure, CancellationToken cancellation)
    {
        var sightings = new Sightings(view.Node.Id, applied, time);
        var prober = new NodeProber(view, probe, health.Value, nodes, log, changes, sightings, tenure, time, _logger);
        return new WatchedNode(view.Node, prober, receipts, sightings, _logger, cancellation);
    }

    private async Task<T> InsistAsync<T>(Func<Task<T>> read, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await read();
            }
            catch (Exception e) when (e.IsRedisAway())
            {
                LogUnreadable(e.Message);
                await Task.Delay(RetryPause, time, cancellation);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The nodes can't be read, trying again: {Reason}")]
    private partial void LogUnreadable(string reason);
}

using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;
using Cirrus.Core.Redis;

namespace Cirrus.Workers.Watching;

/// <summary>Keeps work going for every node, started and ended as nodes come and go.</summary>
internal sealed partial class NodeFollower(NodeStore nodes, ChangeLog log, TimeProvider time, ILogger<NodeFollower> logger)
{
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(500);
    private readonly ILogger _logger = logger;

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(INodeWork work, CancellationToken cancellation)
    {
        var watched = new Dictionary<string, WatchedNode>(StringComparer.Ordinal);
        try
        {
            var position = await ReloadAsync(work, watched, cancellation);
            await foreach (var batch in log.FollowAsync(() => position, cancellation))
            {
                if (batch.Lost)
                {
                    position = await ReloadAsync(work, watched, cancellation);
                    continue;
                }
                work.See(batch.Changes);
                var touched = batch.Changes.Where(c => c.Type is ChangeTypes.NodePut or ChangeTypes.NodeDelete).Select(c => c.Key).Distinct();
                foreach (var id in touched)
                    await RefreshAsync(work, id, watched, cancellation);
                position = batch.Changes[^1].Id;
            }
        }
        finally
        {
            await Task.WhenAll(watched.Values.Select(w => w.StopAsync()));
        }
    }

    private async Task<ChangeId> ReloadAsync(INodeWork work, Dictionary<string, WatchedNode> watched, CancellationToken cancellation)
    {
        await Task.WhenAll(watched.Values.Select(w => w.StopAsync()));
        watched.Clear();
        // The position first: what is written while the nodes are read is then read again, which does no harm.
        var position = await InsistAsync(log.TailAsync, cancellation);
        work.Restart(position);
        foreach (var view in await InsistAsync(nodes.ListAsync, cancellation))
            watched[view.Node.Id] = work.Start(view, cancellation);
        return position;
    }

    private async Task RefreshAsync(INodeWork work, string id, Dictionary<string, WatchedNode> watched, CancellationToken cancellation)
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
            watched[id] = work.Start(view, cancellation);
        else
            await RedisAway.InsistAsync(() => work.ForgetAsync(id), RetryPause, time, LogUnreadable, cancellation);
    }

    private Task<T> InsistAsync<T>(Func<Task<T>> read, CancellationToken cancellation) =>
        RedisAway.InsistAsync(read, RetryPause, time, LogUnreadable, cancellation);

    [LoggerMessage(LogLevel.Warning, "The nodes can't be read, trying again: {Reason}")]
    private partial void LogUnreadable(string reason);
}

using Cirrus.Core.Audit;
using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;
using Cirrus.Core.Redis;
using Microsoft.Extensions.Options;

namespace Cirrus.Workers.Quarantining;

/// <summary>
/// Takes nodes out that go down again and again. Every instance watches; of those that decide it the first writes, and the others find it done.
/// </summary>
internal sealed partial class QuarantineWatch(
    ChangeLog log, NodeStore nodes, IOptions<QuarantineOptions> options, TimeProvider time, ILogger<QuarantineWatch> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly Actor Watcher = new("watch");

    private readonly ILogger _logger = logger;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Downs == 0)
            return;
        var falls = new Falls(options.Value);
        // What was before is not counted: whoever starts this may have been working on the nodes.
        var position = await InsistAsync(log.TailAsync, stoppingToken);
        await foreach (var batch in log.FollowAsync(() => position, stoppingToken))
        {
            foreach (var id in batch.Changes.Where(falls.Note).Select(c => c.Key).ToList())
                await InsistAsync(() => TakeOutAsync(id), stoppingToken);
            position = batch.Lost ? await InsistAsync(log.TailAsync, stoppingToken) : batch.Changes[^1].Id;
        }
    }

    private async Task<bool> TakeOutAsync(string id)
    {
        while (await nodes.FindAsync(id) is { Node: { State: NodeState.Active } node })
        {
            var reason = FormattableString.Invariant($"It went down {options.Value.Downs} times within {options.Value.Within}.");
            var written = await nodes.PutAsync(
                node with
                {
                    State = NodeState.Quarantined,
                    Quarantine = new(reason, Watcher.Name, time.GetUtcNow(), Automatic: true),
                    Revision = node.Revision + 1,
                    UpdatedAt = time.GetUtcNow(),
                },
                Watcher, "node-quarantine");
            if (!written.Accepted)
                continue;
            LogTaken(id, reason, written.Change);
            return true;
        }
        return false;
    }

    private Task<T> InsistAsync<T>(Func<Task<T>> work, CancellationToken cancellation) =>
        RedisAway.InsistAsync(work, Pause, time, LogRetrying, cancellation);

    [LoggerMessage(LogLevel.Warning, "Node {Node} is in quarantine until it is released: {Reason} (change {Change})")]
    private partial void LogTaken(string node, string reason, ChangeId change);

    [LoggerMessage(LogLevel.Warning, "Nodes that fall again and again can't be looked at, trying again: {Reason}")]
    private partial void LogRetrying(string reason);
}

using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;
using Cirrus.Core.Secondaries;

namespace Cirrus.Api.Changes;

/// <summary>Puts together what was seen of each node and each secondary for one change.</summary>
internal sealed class Receipts(ChangeLog log, NodeStore nodes, SecondaryStore secondaries, AppliedLog applied, AppliedBell bell)
{
    /// <summary>The receipt as it stands, or null when the log does not hold the change.</summary>
    public async Task<Receipt?> FindAsync(ChangeId id) => await log.FindAsync(id) is { } change ? await ReadAsync(change) : null;

    /// <summary>The receipt as soon as it is applied, or as it stands when the time is over.</summary>
    public async Task<Receipt?> WaitAsync(ChangeId id, TimeSpan timeout, CancellationToken cancellation)
    {
        if (await log.FindAsync(id) is not { } change)
            return null;

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(timeout);
        while (true)
        {
            // Before reading, so that a ring between the read and the wait is not missed.
            var ring = bell.NextRing();
            var receipt = await ReadAsync(change);
            if (receipt.Applied || deadline.IsCancellationRequested)
                return receipt;
            await ring.WaitAsync(deadline.Token).ContinueWith(_ => { }, CancellationToken.None, default, TaskScheduler.Default);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private async Task<Receipt> ReadAsync(Change change)
    {
        var nodeReceipts = await Task.WhenAll((await nodes.ListAsync()).Select(n => OfAsync(n, change.Id)));
        var secondaryReceipts = await Task.WhenAll((await secondaries.ListAsync()).Select(s => OfAsync(s, change.Id)));
        var done = nodeReceipts.All(n => n.IsDone)
            && secondaryReceipts.All(s => s.Applied || !s.Reachable);
        return new Receipt(change.Id, change.Id.At, change.Type, change.Key, done, nodeReceipts, secondaryReceipts);
    }

    private async Task<NodeReceipt> OfAsync(NodeView view, ChangeId change)
    {
        var seen = await applied.NodeAppliedAsync(view.Node.Id, change);
        return new NodeReceipt(view.Node.Id, seen is not null, Milliseconds(change, seen), view.Status.Health, view.Node.State);
    }

    private async Task<SecondaryReceipt> OfAsync(Secondary secondary, ChangeId change)
    {
        var seen = await applied.SecondaryAppliedAsync(secondary.Name, change);
        return new SecondaryReceipt(secondary.Name, seen is not null, Milliseconds(change, seen), secondary.Reachable, secondary.Serial);
    }

    // Two clocks, Redis's and the observer's: a small difference must not show as a time before the change.
    private static long? Milliseconds(ChangeId change, Sighting? seen) =>
        seen?.At is { } at ? Math.Max(0, at.ToUnixTimeMilliseconds() - change.Milliseconds) : null;
}

using Cirrus.Core.Changes;

namespace Cirrus.Workers.Receipts;

/// <summary>Turns what one node says it has applied into receipts: one for each step.</summary>
internal sealed class Sightings(string node, AppliedLog log, TimeProvider time)
{
    private readonly Lock _lock = new();
    private ChangeId _recorded;

    /// <summary>Records that the node has been seen to have applied a change, unless that is known.</summary>
    public async Task RecordAsync(ChangeId applied)
    {
        var at = time.GetUtcNow();
        lock (_lock)
        {
            if (applied == _recorded)
                return;
        }
        await log.RecordNodeAsync(node, applied, at);
        lock (_lock)
            _recorded = applied;
    }
}

using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Workers.Watching;

/// <summary>This instance's hold on the watch, and whether Redis answered lately.</summary>
internal sealed class Tenure(Lease lease, TimeSpan beat, TimeProvider time)
{
    private long _confirmed;
    private long _reachableSince;
    private volatile bool _reachable;

    public Lease Lease => lease;

    /// <summary>How long Redis has answered without a gap; null while it does not.</summary>
    public TimeSpan? Reachable => _reachable && time.GetElapsedTime(Volatile.Read(ref _confirmed)) < beat * 1.5
        ? time.GetElapsedTime(Volatile.Read(ref _reachableSince))
        : null;

    /// <summary>Takes or prolongs the lease. True: held; false: another has it; null: Redis does not say.</summary>
    public async Task<bool?> BeatAsync()
    {
        try
        {
            var held = await lease.HoldAsync().WaitAsync(beat, time);
            Volatile.Write(ref _confirmed, time.GetTimestamp());
            if (!_reachable)
                Volatile.Write(ref _reachableSince, time.GetTimestamp());
            _reachable = true;
            return held;
        }
        catch (Exception e) when (e.IsRedisAway())
        {
            _reachable = false;
            return null;
        }
    }

    /// <summary>Lets another instance take over at once; false when Redis did not hear of it.</summary>
    public async Task<bool> TryReleaseAsync()
    {
        try
        {
            await lease.ReleaseAsync().WaitAsync(beat, time);
            return true;
        }
        catch (Exception e) when (e.IsRedisAway())
        {
            return false;
        }
    }
}

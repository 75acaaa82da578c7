using Cirrus.Core.Redis;

namespace Cirrus.Workers.Acme;

/// <summary>Holds a lease while work goes on, and cancels the work as soon as the lease may be another's.</summary>
internal sealed class LeaseHold : IAsyncDisposable
{
    private readonly TimeSpan _timeToLive;
    private readonly Func<Task> _beat;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _lost;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _work;
    private long _confirmed;

    private LeaseHold(Lease lease, TimeSpan timeToLive, Func<Task> beat, TimeProvider time, long confirmed, CancellationToken stop)
    {
        Lease = lease;
        _timeToLive = timeToLive;
        _beat = beat;
        _time = time;
        _confirmed = confirmed;
        _lost = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _work = ProlongAsync();
    }

    public Lease Lease { get; }

    /// <summary>Cancelled when the lease is lost, or the process stops.</summary>
    public CancellationToken Token => _lost.Token;

    /// <summary>Takes a lease.</summary>
    /// <param name="beat">Done each time it is prolonged.</param>
    /// <returns>Null: another holds it.</returns>
    public static async Task<LeaseHold?> TakeAsync(Lease lease, TimeSpan timeToLive, Func<Task> beat, TimeProvider time, CancellationToken stop)
    {
        // From before it is asked for: its time runs from the moment Redis grants it.
        var asked = time.GetTimestamp();
        return await lease.HoldAsync() ? new LeaseHold(lease, timeToLive, beat, time, asked, stop) : null;
    }

    /// <summary>Gives the lease up.</summary>
    public async ValueTask DisposeAsync()
    {
        // First the prolonging, which would take it again.
        await _end.CancelAsync();
        await _work;
        try
        {
            await Lease.ReleaseAsync();
        }
        catch (Exception e) when (e.IsRedisAway())
        {
            // It runs out by itself.
        }
        _end.Dispose();
        _lost.Dispose();
    }

    private async Task ProlongAsync()
    {
        // Never on the caller's thread.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var pause = _timeToLive / 4;
        try
        {
            while (true)
            {
                await Task.Delay(pause, _time, _end.Token);
                // A process that was frozen so long finds a lease that was another's meanwhile, even if it is free again.
                if (_time.GetElapsedTime(_confirmed) >= _timeToLive || !await TryProlongAsync())
                {
                    await _lost.CancelAsync();
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
        }
        catch
        {
            // Nobody prolongs it any more: what is done under it must not go on.
            await _lost.CancelAsync();
            throw;
        }
    }

    private async Task<bool> TryProlongAsync()
    {
        var asked = _time.GetTimestamp();
        try
        {
            if (!await Lease.HoldAsync().WaitAsync(_timeToLive / 4, _time))
                return false;
            _confirmed = asked;
            await _beat().WaitAsync(_timeToLive / 4, _time);
        }
        catch (Exception e) when (e.IsRedisAway())
        {
            // What counts is when it was last confirmed.
        }
        return true;
    }
}

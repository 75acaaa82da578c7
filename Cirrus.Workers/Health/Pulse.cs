namespace Cirrus.Workers.Health;

/// <summary>Whether Redis answered lately, as the casting of votes finds out again and again.</summary>
internal sealed class Pulse(TimeSpan beat, TimeProvider time)
{
    private long _confirmed;
    private long _reachableSince;
    private volatile bool _reachable;

    /// <summary>How long Redis has answered without a gap; null while it does not.</summary>
    public TimeSpan? Reachable => _reachable && time.GetElapsedTime(Volatile.Read(ref _confirmed)) < beat * 1.5
        ? time.GetElapsedTime(Volatile.Read(ref _reachableSince))
        : null;

    public void Confirm()
    {
        Volatile.Write(ref _confirmed, time.GetTimestamp());
        if (!_reachable)
            Volatile.Write(ref _reachableSince, time.GetTimestamp());
        _reachable = true;
    }

    public void Lose() => _reachable = false;
}

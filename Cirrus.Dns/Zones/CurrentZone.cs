using System.Diagnostics;
using Cirrus.Core.Changes;

namespace Cirrus.Dns.Zones;

/// <summary>The zone being served: read by every answer without a lock, replaced whole by the one who builds it.</summary>
internal sealed class CurrentZone
{
    // Secondaries are rarely further behind than the last serial or two.
    private const int Remembered = 256;

    private readonly Lock _replacing = new();
    private readonly Dictionary<uint, (ChangeId Change, long At)> _carried = [];
    private readonly Queue<uint> _order = new();
    private ZoneSnapshot? _snapshot;
    private ZoneSnapshot? _own;
    private TaskCompletionSource _replaced = NewSignal();

    /// <summary>Null until the first zone is built.</summary>
    public ZoneSnapshot? Snapshot => Volatile.Read(ref _snapshot);

    /// <summary>What clients are answered from directly.</summary>
    public ZoneSnapshot? Answering => Own ?? Snapshot;

    /// <summary>What this process has built while it can't follow the serials of the one that leads; null: it can.</summary>
    public ZoneSnapshot? Own => Volatile.Read(ref _own);

    /// <summary>
    /// Ends when the zone, or what clients are answered from, is replaced. Take it before looking at <see cref="Snapshot"/>, and no replacement
    /// is missed.
    /// </summary>
    public Task Replaced => Volatile.Read(ref _replaced).Task;

    public void Replace(ZoneSnapshot next)
    {
        TaskCompletionSource signal;
        lock (_replacing)
        {
            Remember(next.Serial, next.Change);
            Volatile.Write(ref _snapshot, next);
            signal = Interlocked.Exchange(ref _replaced, NewSignal());
        }
        signal.SetResult();
    }

    /// <summary>Answers clients from what this process has built itself; null: from the zone again.</summary>
    public void AnswerFrom(ZoneSnapshot? own)
    {
        if (ReferenceEquals(own, Own))
            return;
        TaskCompletionSource signal;
        lock (_replacing)
        {
            Volatile.Write(ref _own, own);
            signal = Interlocked.Exchange(ref _replaced, NewSignal());
        }
        signal.SetResult();
    }

    /// <summary>Keeps which change a serial carries, also for one served before this process began.</summary>
    public void Remember(uint serial, ChangeId change)
    {
        lock (_replacing)
        {
            var isKnown = _carried.TryGetValue(serial, out var known);
            if (!isKnown)
                _order.Enqueue(serial);
            _carried[serial] = (change, isKnown ? known.At : Stopwatch.GetTimestamp());
            if (_order.Count > Remembered)
                _carried.Remove(_order.Dequeue());
        }
    }

    /// <summary>The newest change that a serial carries; null for a serial no longer remembered.</summary>
    public ChangeId? ChangeOf(uint serial)
    {
        lock (_replacing)
            return _carried.TryGetValue(serial, out var carried) ? carried.Change : null;
    }

    /// <summary>Since when there has been a newer serial than this one; zero when there is none.</summary>
    public TimeSpan BehindBy(uint serial)
    {
        lock (_replacing)
        {
            foreach (var later in _order.Where(s => serial == 0 || SerialNumber.IsNewer(s, serial)))
                return Stopwatch.GetElapsedTime(_carried[later].At);
        }
        return TimeSpan.Zero;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

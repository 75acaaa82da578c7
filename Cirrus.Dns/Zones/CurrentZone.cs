using Cirrus.Core.Changes;

namespace Cirrus.Dns.Zones;

/// <summary>The zone being served: read by every answer without a lock, replaced whole by the one who builds it.</summary>
internal sealed class CurrentZone
{
    // Secondaries are rarely further behind than the last serial or two.
    private const int Remembered = 256;

    private readonly Lock _replacing = new();
    private readonly Dictionary<uint, ChangeId> _carried = [];
    private readonly Queue<uint> _order = new();
    private ZoneSnapshot? _snapshot;
    private TaskCompletionSource _replaced = NewSignal();

    /// <summary>Null until the first zone is built.</summary>
    public ZoneSnapshot? Snapshot => Volatile.Read(ref _snapshot);

    /// <summary>Ends at the next <see cref="Replace"/>. Take it before looking at <see cref="Snapshot"/>, and no replacement is missed.</summary>
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

    /// <summary>Keeps which change a serial carries, also for one served before this process began.</summary>
    public void Remember(uint serial, ChangeId change)
    {
        lock (_replacing)
        {
            if (!_carried.ContainsKey(serial))
                _order.Enqueue(serial);
            _carried[serial] = change;
            if (_order.Count > Remembered)
                _carried.Remove(_order.Dequeue());
        }
    }

    /// <summary>The newest change that a serial carries; null for a serial no longer remembered.</summary>
    public ChangeId? ChangeOf(uint serial)
    {
        lock (_replacing)
            return _carried.TryGetValue(serial, out var change) ? change : null;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

using Cirrus.Core.Changes;

namespace Cirrus.Workers.Watching;

/// <summary>The newest changes and when this process learnt of them, by its own clock: Redis's may differ.</summary>
internal sealed class RecentChanges(TimeProvider time)
{
    private const int Kept = 10_000;
    private readonly Lock _lock = new();
    private readonly List<(ChangeId Id, long Seen)> _changes = [];

    /// <summary>Forgets all but one change, from which on the log is followed.</summary>
    public void Restart(ChangeId tail)
    {
        lock (_lock)
        {
            _changes.Clear();
            _changes.Add((tail, time.GetTimestamp()));
        }
    }

    public void Add(IReadOnlyList<Change> changes)
    {
        lock (_lock)
        {
            var seen = time.GetTimestamp();
            _changes.AddRange(changes.Select(c => (c.Id, seen)));
            // A quarter at a time, for a list is slow to shorten at its head. What is forgotten lets a node seem less behind, never more.
            if (_changes.Count > Kept)
                _changes.RemoveRange(0, Kept / 4);
        }
    }

    /// <summary>How long the oldest change after a position has been known; zero when there is none.</summary>
    public TimeSpan Waiting(ChangeId applied)
    {
        lock (_lock)
        {
            var low = 0;
            var high = _changes.Count;
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (_changes[middle].Id <= applied)
                    low = middle + 1;
                else
                    high = middle;
            }
            return low == _changes.Count ? TimeSpan.Zero : time.GetElapsedTime(_changes[low].Seen);
        }
    }
}

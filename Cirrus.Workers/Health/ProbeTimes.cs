using Cirrus.Core.Nodes;

namespace Cirrus.Workers.Health;

/// <summary>How long the last probes of a node took, since somebody last asked.</summary>
internal sealed class ProbeTimes
{
    // Of an instance that nobody asks, the newest are kept.
    private const int Kept = 600;

    private readonly Lock _lock = new();
    private readonly Queue<TimeSpan?> _times = new();

    /// <param name="took">Null when there was no good answer.</param>
    public void Add(TimeSpan? took)
    {
        lock (_lock)
        {
            if (_times.Count == Kept)
                _times.Dequeue();
            _times.Enqueue(took);
        }
    }

    /// <summary>Null when there were no probes.</summary>
    public ProbeLatency? Take()
    {
        TimeSpan?[] all;
        lock (_lock)
        {
            all = [.. _times];
            _times.Clear();
        }
        if (all.Length == 0)
            return null;
        TimeSpan[] good = [.. all.OfType<TimeSpan>().Order()];
        return good.Length == 0
            ? new ProbeLatency(all.Length, all.Length, default, default, default)
            : new ProbeLatency(all.Length, all.Length - good.Length, good[0], good[good.Length / 2], good[^1]);
    }
}

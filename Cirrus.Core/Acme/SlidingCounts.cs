namespace Cirrus.Core.Acme;

/// <summary>Moments by subject, counted over a window that slides.</summary>
internal sealed class SlidingCounts
{
    // In order, so that a window is a place in the list.
    private readonly Dictionary<string, List<(DateTimeOffset At, string Id)>> _uses = new(StringComparer.Ordinal);

    public IEnumerable<string> Subjects => _uses.Keys;

    /// <summary>Adds a moment; the same one twice counts once.</summary>
    public void Add(string subject, DateTimeOffset at, string id)
    {
        if (!_uses.TryGetValue(subject, out var uses))
            _uses[subject] = uses = [];
        var place = uses.BinarySearch((at, id));
        if (place < 0)
            uses.Insert(~place, (at, id));
    }

    public void Remove(string subject, DateTimeOffset at, string id)
    {
        if (!_uses.TryGetValue(subject, out var uses) || uses.BinarySearch((at, id)) is not (>= 0 and var place))
            return;
        uses.RemoveAt(place);
        if (uses.Count == 0)
            _uses.Remove(subject);
    }

    /// <summary>Forgets what has left the window.</summary>
    public void Forget(DateTimeOffset until)
    {
        foreach (var (subject, uses) in _uses)
        {
            uses.RemoveRange(0, FirstAfter(uses, until));
            if (uses.Count == 0)
                _uses.Remove(subject);
        }
    }

    public int Count(string subject, DateTimeOffset after) => _uses.TryGetValue(subject, out var uses) ? uses.Count - FirstAfter(uses, after) : 0;

    /// <summary>The moment of which the end makes room for one more; null: there is room.</summary>
    public DateTimeOffset? Blocking(string subject, DateTimeOffset after, int most) =>
        most > 0 && _uses.TryGetValue(subject, out var uses) && uses.Count - FirstAfter(uses, after) >= most ? uses[^most].At : null;

    public DateTimeOffset? Oldest(string subject, DateTimeOffset after) =>
        _uses.TryGetValue(subject, out var uses) && FirstAfter(uses, after) is var first && first < uses.Count ? uses[first].At : null;

    private static int FirstAfter(List<(DateTimeOffset At, string Id)> uses, DateTimeOffset moment)
    {
        var (low, high) = (0, uses.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (uses[middle].At <= moment)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}

namespace Cirrus.Core.Acme;

/// <summary>Moments by subject, counted over a window that slides.</summary>
internal sealed class SlidingCounts
{
    private readonly Dictionary<string, SortedSet<(DateTimeOffset At, string Id)>> _uses = new(StringComparer.Ordinal);

    public IEnumerable<string> Subjects => _uses.Keys;

    public void Add(string subject, DateTimeOffset at, string id)
    {
        if (!_uses.TryGetValue(subject, out var uses))
            _uses[subject] = uses = [];
        uses.Add((at, id));
    }

    public void Remove(string subject, DateTimeOffset at, string id)
    {
        if (_uses.TryGetValue(subject, out var uses) && uses.Remove((at, id)) && uses.Count == 0)
            _uses.Remove(subject);
    }

    /// <summary>Forgets what has left the window.</summary>
    public void Forget(DateTimeOffset until)
    {
        foreach (var (subject, uses) in _uses)
        {
            while (uses.Count > 0 && uses.Min.At <= until)
                uses.Remove(uses.Min);
            if (uses.Count == 0)
                _uses.Remove(subject);
        }
    }

    public int Count(string subject, DateTimeOffset after) => _uses.TryGetValue(subject, out var uses) ? uses.Count(u => u.At > after) : 0;

    /// <summary>The moment of which the end makes room for one more; null: there is room.</summary>
    public DateTimeOffset? Blocking(string subject, DateTimeOffset after, int most)
    {
        if (most == 0 || !_uses.TryGetValue(subject, out var uses) || uses.Count < most)
            return null;
        var inside = uses.Where(u => u.At > after).ToList();
        return inside.Count < most ? null : inside[^most].At;
    }

    public DateTimeOffset? Oldest(string subject, DateTimeOffset after) =>
        _uses.TryGetValue(subject, out var uses) && uses.FirstOrDefault(u => u.At > after) is { Id: not null } first ? first.At : null;
}

using Cirrus.Core.Nodes;

namespace Cirrus.Workers.Health;

/// <summary>This worker's votes, and which of them Redis does not have yet.</summary>
internal sealed class Ballot
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Vote> _votes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);
    private TaskCompletionSource _news = New();

    public void Set(string node, Vote vote)
    {
        lock (_lock)
        {
            if (_votes.TryGetValue(node, out var known) && known == vote)
                return;
            _votes[node] = vote;
            Change(node);
        }
    }

    public void Remove(string node)
    {
        lock (_lock)
        {
            if (_votes.Remove(node))
                Change(node);
        }
    }

    /// <summary>Returns when a vote has changed, or after a time.</summary>
    public async Task NewsAsync(TimeSpan longest, CancellationToken cancellation)
    {
        Task news;
        lock (_lock)
            news = _news.Task;
        await Task.WhenAny(news, Task.Delay(longest, cancellation));
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>What has changed since the last call; null: taken back.</summary>
    public IReadOnlyList<KeyValuePair<string, Vote?>> TakeChanged()
    {
        lock (_lock)
        {
            KeyValuePair<string, Vote?>[] changed = [.. _changed.Select(n => KeyValuePair.Create(n, _votes.GetValueOrDefault(n)))];
            Clear();
            return changed;
        }
    }

    /// <summary>All votes, of which none is news from now on.</summary>
    public IReadOnlyList<KeyValuePair<string, Vote?>> TakeAll()
    {
        lock (_lock)
        {
            Clear();
            return [.. _votes.Select(v => KeyValuePair.Create<string, Vote?>(v.Key, v.Value))];
        }
    }

    private void Change(string node)
    {
        _changed.Add(node);
        _news.TrySetResult();
    }

    private void Clear()
    {
        _changed.Clear();
        _news = New();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;
using Cirrus.Workers.Health;

namespace Cirrus.Workers.Quarantining;

/// <summary>How often nodes went down lately.</summary>
internal sealed class Falls(QuarantineOptions options)
{
    private readonly Dictionary<string, Queue<DateTimeOffset>> _falls = new(StringComparer.Ordinal);

    /// <summary>Takes note of a change; true when its node has gone down too often by now, which is then forgotten.</summary>
    public bool Note(Change change)
    {
        if (change.Type == ChangeTypes.NodeDelete)
            _falls.Remove(change.Key);
        if (change.Type != ChangeTypes.NodeHealth || Turn.From(change).Health != NodeHealth.Down)
            return false;
        if (!_falls.TryGetValue(change.Key, out var falls))
            _falls.Add(change.Key, falls = new Queue<DateTimeOffset>());
        falls.Enqueue(change.Id.At);
        while (falls.Peek() <= change.Id.At - options.Within)
            falls.Dequeue();
        return falls.Count >= options.Downs && _falls.Remove(change.Key);
    }
}

using Cirrus.Core.Nodes;
using Cirrus.Core.Steering;

namespace Cirrus.Dns.Zones;

/// <summary>How long answers hold that may name a node: the longest TTL of the domains that may be led to it, and of those that lately had a longer one.</summary>
internal sealed class AnswerTimes(TimeProvider time)
{
    // The zone is built before name servers have it.
    private static readonly TimeSpan Slack = TimeSpan.FromMinutes(1);

    private readonly Dictionary<NodeGroup, SortedDictionary<int, int>> _counts = [];
    private readonly Dictionary<(NodeGroup Group, int Ttl), DateTimeOffset> _former = [];

    /// <summary>A domain is led otherwise than before; null: it is not, or was not.</summary>
    public void Move(Lead? from, Lead? to)
    {
        if (from == to)
            return;
        if (to is not null)
            Add(to.Group, to.Ttl, 1);
        if (from is not null && Add(from.Group, from.Ttl, -1) == 0)
            _former[(from.Group, from.Ttl)] = time.GetUtcNow() + TimeSpan.FromSeconds(from.Ttl) + Slack;
    }

    /// <summary>Seconds; 0 where no domain may be led to it.</summary>
    public int Longest(Node node)
    {
        var now = time.GetUtcNow();
        foreach (var (key, _) in _former.Where(f => f.Value < now).ToList())
            _former.Remove(key);
        var current = _counts.Where(c => c.Key.Has(node)).Select(c => c.Value.Keys.Max());
        var former = _former.Keys.Where(f => f.Group.Has(node)).Select(f => f.Ttl);
        return current.Concat(former).DefaultIfEmpty(0).Max();
    }

    private int Add(NodeGroup group, int ttl, int step)
    {
        if (!_counts.TryGetValue(group, out var counts))
            _counts.Add(group, counts = []);
        var count = counts.GetValueOrDefault(ttl) + step;
        if (count > 0)
            counts[ttl] = count;
        else
            counts.Remove(ttl);
        if (counts.Count == 0)
            _counts.Remove(group);
        return count;
    }
}

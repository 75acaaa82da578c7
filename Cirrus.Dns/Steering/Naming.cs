using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;

namespace Cirrus.Dns.Steering;

/// <summary>Which nodes the zone names, and of all others since when it has not.</summary>
/// <param name="UpTo">The newest change that is in that zone.</param>
/// <param name="Named">Ids of nodes.</param>
/// <param name="Unnamed">By id: the change since which it is not named, null for one that this process never named; and how long the answers hold that named it.</param>
internal sealed record Naming(ChangeId UpTo, IReadOnlySet<string> Named, IReadOnlyDictionary<string, (ChangeId? Since, int Ttl)> Unnamed)
{
    /// <summary>What follows when the zone is another.</summary>
    /// <param name="before">Null: nothing is known of it.</param>
    /// <param name="nodes">All there are; which of them are named; and how long answers hold that may have named them.</param>
    public static Naming After(Naming? before, ChangeId upTo, IEnumerable<(string Id, bool IsNamed, int Ttl)> nodes)
    {
        var named = new HashSet<string>(StringComparer.Ordinal);
        var unnamed = new Dictionary<string, (ChangeId? Since, int Ttl)>(StringComparer.Ordinal);
        foreach (var (id, isNamed, ttl) in nodes)
        {
            if (isNamed)
                named.Add(id);
            else
                unnamed[id] = before is not null && before.Unnamed.TryGetValue(id, out var since) ? since : (before is null ? null : upTo, ttl);
        }
        return new Naming(upTo, named, unnamed);
    }

    /// <summary>What is to be noted of a node; null: it is named.</summary>
    /// <param name="noted">What is noted until now.</param>
    public Absence? AbsenceOf(string node, Absence? noted)
    {
        // A node that is newer than what is known of the zone is looked at again.
        if (!Unnamed.TryGetValue(node, out var unnamed))
            return Named.Contains(node) ? null : noted;
        return noted is null || noted.Change < unnamed.Since ? new Absence(unnamed.Since ?? UpTo, unnamed.Ttl, null) : noted;
    }
}

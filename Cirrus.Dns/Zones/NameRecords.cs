namespace Cirrus.Dns.Zones;

/// <summary>All records of a name, immutable: a set for each type. Without any, the name exists because of names below it (RFC 8020).</summary>
internal sealed class NameRecords : IEquatable<NameRecords>
{
    public static readonly NameRecords None = new([]);

    public NameRecords(IEnumerable<RecordSet> sets) => Sets = [.. sets.OrderBy(s => s.Type)];

    /// <summary>In the order of their types.</summary>
    public IReadOnlyList<RecordSet> Sets { get; }

    /// <summary>How many records there are.</summary>
    public int Count
    {
        get
        {
            var count = 0;
            foreach (var set in Sets)
                count += set.Data.Count;
            return count;
        }
    }

    public bool Equals(NameRecords? other) => ReferenceEquals(this, other) || (other is not null && Sets.SequenceEqual(other.Sets));

    public override bool Equals(object? obj) => Equals(obj as NameRecords);

    public override int GetHashCode() => HashCode.Combine(Sets.Count, Sets.Count == 0 ? 0 : Sets[0].GetHashCode());
}

/// <summary>What a name says before and after; null: it does not exist.</summary>
/// <param name="Owner">As <see cref="OwnerName"/> has it.</param>
internal readonly record struct NameChange(byte[] Owner, NameRecords? Before, NameRecords? After);

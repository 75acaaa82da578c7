using System.Collections.Immutable;
using System.Runtime.InteropServices;
using ARSoft.Tools.Net.Dns;

namespace Cirrus.Dns.Zones;

/// <summary>
/// All records of a name, immutable: a set for each type, and of signatures one for each type that they cover. Without any, the name exists
/// because of names below it (RFC 8020).
/// </summary>
internal sealed class NameRecords : IEquatable<NameRecords>
{
    public static readonly NameRecords None = new([]);

    public NameRecords(IEnumerable<RecordSet> sets)
    {
        var sorted = sets.ToArray();
        Array.Sort(sorted, static (x, y) => ((int)x.Type, (int)x.Covered).CompareTo(((int)y.Type, (int)y.Covered)));
        Sets = ImmutableCollectionsMarshal.AsImmutableArray(sorted);
        foreach (var set in Sets)
        {
            Count += set.Data.Length;
            Length += set.Length;
        }
    }

    /// <summary>In the order of their types.</summary>
    public ImmutableArray<RecordSet> Sets { get; }

    /// <summary>How many records there are.</summary>
    public int Count { get; }

    /// <summary>Octets that they take in a message, without their owners.</summary>
    public int Length { get; }

    /// <summary>The set of a type that is not a signature's; null: there is none.</summary>
    public RecordSet? Find(RecordType type)
    {
        foreach (var set in Sets)
        {
            if (set.Type == type)
                return set;
        }
        return null;
    }

    /// <summary>The signatures of a type; null: there are none.</summary>
    public RecordSet? SignaturesOf(RecordType type)
    {
        foreach (var set in Sets)
        {
            if (set.Type == RecordType.RrSig && set.Covered == type)
                return set;
        }
        return null;
    }

    public bool Equals(NameRecords? other) => ReferenceEquals(this, other) || (other is not null && Sets.AsSpan().SequenceEqual(other.Sets.AsSpan()));

    public override bool Equals(object? obj) => Equals(obj as NameRecords);

    public override int GetHashCode() => HashCode.Combine(Sets.Length, Sets.IsEmpty ? 0 : Sets[0].GetHashCode());
}

/// <summary>What a name says before and after; null: it does not exist.</summary>
/// <param name="Owner">As <see cref="OwnerName"/> has it.</param>
internal readonly record struct NameChange(byte[] Owner, NameRecords? Before, NameRecords? After);

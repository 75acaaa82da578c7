namespace Cirrus.Dns.Zones;

/// <summary>
/// The records of many names, immutable: another tree made of it shares all but the way to the name that differs, so that costs the same
/// however many names there are, and the differences of two such trees are found without looking at what they share.
/// </summary>
internal sealed class NameTree
{
    public static readonly NameTree Empty = new(null);

    private const int Bits = 4;
    private const int Fanout = 1 << Bits;
    private const int HashBits = 32;

    private readonly object? _root;

    private NameTree(object? root) => _root = root;

    /// <summary>Null for a name that is not there.</summary>
    public NameRecords? Find(ReadOnlySpan<byte> owner)
    {
        var hash = Hash(owner);
        var node = _root;
        for (var shift = 0; node is Branch branch; shift += Bits)
            node = branch.Children[Slot(hash, shift)];
        for (var leaf = (Leaf?)node; leaf is not null; leaf = leaf.Next)
        {
            if (leaf.Hash == hash && owner.SequenceEqual(leaf.Owner))
                return leaf.Records;
        }
        return null;
    }

    /// <summary>All names, in no order.</summary>
    public IEnumerable<(byte[] Owner, NameRecords Records)> All() => LeavesOf(_root).Select(l => (l.Owner, l.Records));

    /// <summary>What became of the names of another tree in this one; of a name that says the same nothing.</summary>
    public IEnumerable<NameChange> ChangesSince(NameTree before) => Changes(before._root, _root);

    /// <summary>Makes another tree of this one.</summary>
    public Edit Begin() => new(_root);

    // Seeded by each process for itself: nobody can make up names that all go the same way.
    private static uint Hash(ReadOnlySpan<byte> owner)
    {
        var hash = new HashCode();
        hash.AddBytes(owner);
        return (uint)hash.ToHashCode();
    }

    private static int Slot(uint hash, int shift) => (int)(hash >> shift) & (Fanout - 1);

    private static IEnumerable<NameChange> Changes(object? before, object? after)
    {
        if (ReferenceEquals(before, after))
            return [];
        if (before is Branch left && after is Branch right)
            return Enumerable.Range(0, Fanout).SelectMany(i => Changes(left.Children[i], right.Children[i]));
        return Compare(before, after);
    }

    private static IEnumerable<NameChange> Compare(object? before, object? after)
    {
        // One of the two has a single name or none.
        var old = LeavesOf(before).ToDictionary(l => l.Owner, l => l.Records, OwnerName.Comparer);
        foreach (var leaf in LeavesOf(after))
        {
            if (!old.Remove(leaf.Owner, out var records))
                yield return new NameChange(leaf.Owner, null, leaf.Records);
            else if (!records.Equals(leaf.Records))
                yield return new NameChange(leaf.Owner, records, leaf.Records);
        }
        foreach (var (owner, records) in old)
            yield return new NameChange(owner, records, null);
    }

    private static IEnumerable<Leaf> LeavesOf(object? node)
    {
        var open = new Stack<object?>([node]);
        while (open.TryPop(out var next))
        {
            if (next is Branch branch)
            {
                foreach (var child in branch.Children)
                    open.Push(child);
            }
            for (var leaf = next as Leaf; leaf is not null; leaf = leaf.Next)
                yield return leaf;
        }
    }

    /// <summary>Changes to a tree that nobody sees before the end, so what they made themselves they may write over.</summary>
    public sealed class Edit(object? root)
    {
        private readonly object _mine = new();
        private object? _root = root;

        /// <summary>Puts a name's records in place of what it has; null: the name is no more.</summary>
        /// <returns>What it had.</returns>
        public NameRecords? Set(byte[] owner, NameRecords? records)
        {
            var hash = Hash(owner);
            NameRecords? former = null;
            _root = Put(_root, 0);
            return former;

            object? Put(object? node, int shift) => node switch
            {
                Branch branch => PutBelow(branch, shift),
                Leaf leaf when leaf.Hash == hash || shift >= HashBits => Chain(leaf),
                Leaf other when records is not null => PutBelow(Above(other, shift), shift),
                Leaf other => other,
                _ => records is null ? null : new Leaf(hash, owner, records, null),
            };

            object? PutBelow(Branch branch, int shift)
            {
                var slot = Slot(hash, shift);
                var child = Put(branch.Children[slot], shift + Bits);
                if (ReferenceEquals(child, branch.Children[slot]))
                    return branch;
                var own = ReferenceEquals(branch.Owner, _mine) ? branch : new Branch(_mine, [.. branch.Children]);
                own.Children[slot] = child;
                return child is null && Array.TrueForAll(own.Children, c => c is null) ? null : own;
            }

            Branch Above(Leaf leaf, int shift)
            {
                var children = new object?[Fanout];
                children[Slot(leaf.Hash, shift)] = leaf;
                return new Branch(_mine, children);
            }

            // Of a million names some hundred pairs have the same hash.
            Leaf? Chain(Leaf? first)
            {
                var others = new List<Leaf>();
                for (; first is not null; first = first.Next)
                {
                    if (first.Owner.AsSpan().SequenceEqual(owner))
                        former = first.Records;
                    else
                        others.Add(first);
                }
                var chain = records is null ? null : new Leaf(hash, owner, records, null);
                foreach (var other in others)
                    chain = new Leaf(other.Hash, other.Owner, other.Records, chain);
                return chain;
            }
        }

        /// <summary>The tree as it is now. Nothing may be set any more.</summary>
        public NameTree End() => new(_root);
    }

    /// <param name="Owner">The edit that made it and may write to it; after that edit's end nobody has it.</param>
    private sealed record Branch(object Owner, object?[] Children);

    private sealed record Leaf(uint Hash, byte[] Owner, NameRecords Records, Leaf? Next);
}

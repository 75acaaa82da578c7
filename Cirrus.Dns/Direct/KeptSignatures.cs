using System.Collections.Concurrent;
using Cirrus.Dns.Signing;
using Cirrus.Dns.Zones;

namespace Cirrus.Dns.Direct;

/// <summary>
/// Signatures by one set of keys, for all threads. A set of records is beside its signatures, since the one of a name may become another. What nobody
/// asks for goes first: when the newer half is full, the older one is thrown away and the newer takes its place; what is found in the older one moves.
/// </summary>
/// <param name="most">How many are kept, or a few more when threads meet.</param>
internal sealed class KeptSignatures(SigningKeys keys, int most)
{
    private Halves _halves = new(new Half(), new Half());

    public SigningKeys Keys => keys;

    /// <summary>The signatures of a set while they hold; null: they are to be made.</summary>
    public RecordSet? Find(ReadOnlySpan<byte> key, RecordSet set, SigningTime now)
    {
        var halves = Volatile.Read(ref _halves);
        var isNewer = halves.Newer.TryFind(key, out var found);
        if ((!isNewer && !halves.Older.TryFind(key, out found)) || !found.Set.Equals(set) || !now.Holds(found.Signatures))
            return null;
        if (!isNewer)
            Keep(key, found.Set, found.Signatures);
        return found.Signatures;
    }

    public void Keep(ReadOnlySpan<byte> key, RecordSet set, RecordSet signatures)
    {
        var halves = Volatile.Read(ref _halves);
        // Of threads that find it full one takes it away; another one that adds to it meanwhile is no harm.
        if (halves.Newer.Keep(key.ToArray(), (set, signatures)) >= most / 2)
            Interlocked.CompareExchange(ref _halves, new Halves(new Half(), halves.Newer), halves);
    }

    private sealed record Halves(Half Newer, Half Older);

    private sealed class Half
    {
        private readonly ConcurrentDictionary<byte[], (RecordSet Set, RecordSet Signatures)> _kept = new(OwnerName.Comparer);

        // The dictionary's own takes all of its locks.
        private int _count;

        public bool TryFind(ReadOnlySpan<byte> key, out (RecordSet Set, RecordSet Signatures) found) =>
            _kept.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out found);

        /// <returns>How many there are.</returns>
        public int Keep(byte[] key, (RecordSet Set, RecordSet Signatures) kept)
        {
            if (_kept.TryAdd(key, kept))
                return Interlocked.Increment(ref _count);
            _kept[key] = kept;
            return Volatile.Read(ref _count);
        }
    }
}

using Cirrus.Dns.Signing;
using Cirrus.Dns.Zones;

namespace Cirrus.Dns.Direct;

/// <summary>
/// Signatures over addresses that only clients of a region are given. They are made when a client first asks, for most of them nobody ever does, and
/// kept for all threads while they hold and the keys are the same.
/// </summary>
/// <param name="validity">As that of the zone's own.</param>
/// <param name="most">How many are kept, a few hundred octets each.</param>
internal sealed class RegionalSignatures(TimeProvider time, TimeSpan validity, int most = 500_000)
{
    private KeptSignatures? _kept;

    /// <summary>From now on these keys sign.</summary>
    public void Use(SigningKeys keys)
    {
        if (!ReferenceEquals(Volatile.Read(ref _kept)?.Keys, keys))
            Volatile.Write(ref _kept, new KeptSignatures(keys, most));
    }

    /// <summary>Signs: one for each thread, so that none waits for another.</summary>
    public Hand NewHand() => new(this);

    internal sealed class Hand(RegionalSignatures signatures)
    {
        // Connections by TCP have one for all of them.
        private readonly Lock _signing = new();
        private KeptSignatures? _of;
        private SigningKeys.Pen? _pen;

        /// <summary>The signatures of a set of a name, for a region; null while there are no keys.</summary>
        public RecordSet? Of(ReadOnlySpan<byte> owner, byte region, RecordSet set)
        {
            if (Volatile.Read(ref signatures._kept) is not { } kept)
                return null;
            var now = signatures.Now();
            Span<byte> key = stackalloc byte[owner.Length + 2];
            owner.CopyTo(key);
            (key[^2], key[^1]) = (region, (byte)set.Type);
            if (kept.Find(key, set, now) is { } found)
                return found;
            lock (_signing)
            {
                var made = Pen(kept).Sign(owner, set, now);
                kept.Keep(key, set, made);
                return made;
            }
        }

        private SigningKeys.Pen Pen(KeptSignatures kept)
        {
            if (!ReferenceEquals(_of, kept))
            {
                _pen?.Dispose();
                (_of, _pen) = (kept, kept.Keys.NewPen());
            }
            return _pen!;
        }
    }

    private SigningTime Now() => new(time.GetUtcNow(), validity);
}

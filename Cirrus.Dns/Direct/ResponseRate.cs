using System.Security.Cryptography;

namespace Cirrus.Dns.Direct;

/// <summary>
/// Limits how many alike answers a network gets in a second, so that nobody can have us flood another whose address he writes into his
/// queries. Buckets are shared by all threads without locks: a count that is lost now and then does no harm.
/// </summary>
internal sealed class ResponseRate
{
    private const int Buckets = 1 << 16;
    private const int Millisecond = 1000;

    private static readonly ulong Seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));

    private readonly Bucket[] _buckets = new Bucket[Buckets];
    private readonly int _perSecond;
    private readonly int _slip;

    /// <param name="perSecond">0: no limit.</param>
    /// <param name="slip">Of the answers above the limit every so many-th goes out, truncated; 0: none.</param>
    public ResponseRate(int perSecond, int slip)
    {
        _perSecond = perSecond;
        _slip = slip;
    }

    /// <summary>Whether there is a limit.</summary>
    public bool IsOn => _perSecond > 0;

    /// <summary>Counts an answer.</summary>
    /// <param name="alike">The same for all that count together.</param>
    /// <param name="now">Milliseconds of any steady clock.</param>
    public Verdict Count(ClientAddress client, ulong alike, uint now)
    {
        var key = Key(client, alike);
        ref var bucket = ref _buckets[(int)(key % Buckets)];
        var tag = (uint)(key >> 32) | 1;
        if (bucket.Tag != tag)
            bucket = new Bucket { Tag = tag, At = now, Credit = (long)_perSecond * Millisecond };
        // In thousandths of an answer; a second's worth can be saved up.
        var earned = unchecked(now - bucket.At) * (long)_perSecond;
        var credit = Math.Min(bucket.Credit + earned, (long)_perSecond * Millisecond);
        bucket.At = now;
        if (credit >= Millisecond)
        {
            bucket.Credit = credit - Millisecond;
            return Verdict.Send;
        }
        bucket.Credit = credit;
        return _slip > 0 && unchecked(++bucket.Over) % _slip == 0 ? Verdict.Truncate : Verdict.Drop;
    }

    // Whose network an address is in: /24, or /56 of IPv6.
    private static ulong Key(ClientAddress client, ulong alike)
    {
        var network = client.IsV4 ? client.Low >> 8 : client.High >> 8;
        var high = Math.BigMul(network ^ Seed, 0x9E3779B97F4A7C15 ^ alike, out var low);
        high = Math.BigMul(high ^ low ^ Seed, 0xD6E8FEB86659FD93, out low);
        return high ^ low;
    }

    private struct Bucket
    {
        public uint Tag;
        public uint At;
        public long Credit;
        public int Over;
    }
}

/// <summary>What becomes of an answer.</summary>
internal enum Verdict
{
    Send,

    /// <summary>An empty one that says "ask by TCP": who is really there can.</summary>
    Truncate,
    Drop,
}

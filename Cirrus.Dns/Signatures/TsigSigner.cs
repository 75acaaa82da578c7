using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Cirrus.Dns.Signatures;

/// <summary>Signs the messages of one exchange, one after the other: each signature covers the one before (RFC 8945 section 5.3.1).</summary>
/// <param name="before">The signature that the first one covers, a request's; empty for a request.</param>
internal sealed class TsigSigner(TsigKey key, TimeProvider time, byte[] before)
{
    private byte[] _before = before;
    private bool _isFirst = true;

    /// <summary>What its next message is longer by.</summary>
    public int Length => key.Name.Length + key.Algorithm.Length + key.MacLength + 26;

    /// <param name="signedAt">In place of the present time.</param>
    public byte[] Sign(ReadOnlySpan<byte> message, TsigError error = TsigError.None, long? signedAt = null, byte[]? other = null)
    {
        var record = new TsigRecord(
            key.Name, key.Algorithm, signedAt ?? time.GetUtcNow().ToUnixTimeSeconds(), TsigRecord.DefaultFudge, [],
            BinaryPrimitives.ReadUInt16BigEndian(message), error, other ?? []);
        var mac = Mac(key, _before, message, record, !_isFirst);
        (_before, _isFirst) = (mac, false);
        return (record with { Mac = mac }).AddTo(message);
    }

    /// <summary>Whether a response to what was signed last is signed rightly.</summary>
    /// <returns>The response without its signature; null when it is not.</returns>
    public byte[]? Verify(ReadOnlySpan<byte> response)
    {
        var (isReadable, message, record) = TsigRecord.TakeFrom(response);
        return isReadable && record is { Error: TsigError.None } && record.Name.AsSpan().SequenceEqual(key.Name)
            && record.Algorithm.AsSpan().SequenceEqual(key.Algorithm)
            && CryptographicOperations.FixedTimeEquals(Mac(key, _before, message, record, false), record.Mac) && IsTimely(record, time)
            ? message
            : null;
    }

    internal static bool IsTimely(TsigRecord record, TimeProvider time) =>
        Math.Abs(time.GetUtcNow().ToUnixTimeSeconds() - record.Time) <= record.Fudge;

    internal static byte[] Mac(TsigKey key, byte[] before, ReadOnlySpan<byte> message, TsigRecord record, bool timesOnly)
    {
        using var mac = key.NewMac();
        if (before.Length > 0)
        {
            mac.AppendData([(byte)(before.Length >> 8), (byte)before.Length]);
            mac.AppendData(before);
        }
        mac.AppendData(message);
        mac.AppendData(record.Variables(timesOnly));
        return mac.GetHashAndReset();
    }
}

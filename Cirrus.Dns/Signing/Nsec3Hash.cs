using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Cirrus.Dns.Signing;

/// <summary>The hash of a name, and the label that NSEC3 records have of it (RFC 5155 section 3).</summary>
internal static class Nsec3Hash
{
    public const byte Length = SHA1.HashSizeInBytes;

    // Base 32 with digits first (RFC 4648 section 7): labels are in the order of their hashes.
    private const string Digits = "0123456789abcdefghijklmnopqrstuv";
    private const int BitsOfDigit = 5;
    private const int LabelLength = Length * 8 / BitsOfDigit;

    /// <param name="name">With the end that a name has in a message.</param>
    [SuppressMessage("Security", "CA5350", Justification = "NSEC3 has no other (RFC 5155 section 11).")]
    public static byte[] Of(ReadOnlySpan<byte> name) => SHA1.HashData(name);

    public static byte[] ToLabel(ReadOnlySpan<byte> hash)
    {
        var label = new byte[1 + LabelLength];
        label[0] = LabelLength;
        for (var (i, bit) = (1, 0); i <= LabelLength; i++, bit += BitsOfDigit)
        {
            var two = (hash[bit / 8] << 8) | (bit / 8 + 1 < Length ? hash[(bit / 8) + 1] : 0);
            label[i] = (byte)Digits[(two >> (16 - BitsOfDigit - (bit % 8))) & 31];
        }
        return label;
    }

    public static byte[] OfLabel(ReadOnlySpan<byte> label)
    {
        var hash = new byte[Length];
        var (bits, count, at) = (0, 0, 0);
        foreach (var digit in label[1..])
        {
            bits = ((bits << BitsOfDigit) | Digits.IndexOf((char)digit, StringComparison.Ordinal)) & 0xFFF;
            count += BitsOfDigit;
            if (count < 8)
                continue;
            count -= 8;
            hash[at++] = (byte)(bits >> count);
        }
        return hash;
    }
}

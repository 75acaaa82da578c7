using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using System.Text;
using ARSoft.Tools.Net;

namespace Cirrus.Dns.Direct;

/// <summary>Names as they are in messages: labels with their length before them, ended by an empty one (RFC 1035 section 3.1).</summary>
internal static class WireName
{
    public const int MaxLength = 255;
    public const int MaxLabel = 63;

    /// <summary>A buffer in which a name can be lower-cased and hashed a vector at a time.</summary>
    public const int BufferLength = 256;

    // Which names collide must not be for others to know.
    private static readonly ulong Seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));

    /// <summary>In lower case.</summary>
    public static byte[] Of(DomainName name)
    {
        var wire = new List<byte>(MaxLength);
        foreach (var label in name.Labels)
        {
            var text = Encoding.Latin1.GetBytes(label);
            wire.Add((byte)text.Length);
            wire.AddRange(text);
        }
        wire.Add(0);
        var bytes = wire.ToArray();
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] = Lower(bytes[i]);
        return bytes;
    }

    /// <summary>Copies the name in lower case and fills the buffer up to the next multiple of 16 with zeros.</summary>
    /// <param name="buffer">Of <see cref="BufferLength"/>.</param>
    public static void Lower(ReadOnlySpan<byte> name, Span<byte> buffer)
    {
        var end = (name.Length + 15) & ~15;
        Vector128<byte>.Zero.CopyTo(buffer[(end - 16)..end]);
        name.CopyTo(buffer);
        ref var first = ref MemoryMarshal.GetReference(buffer);
        // Lengths of labels are below the letters, so that all octets are treated alike.
        for (nuint i = 0; i < (nuint)end; i += 16)
        {
            var octets = Vector128.LoadUnsafe(ref first, i);
            var isUpper = Vector128.GreaterThanOrEqual(octets, Vector128.Create((byte)'A')) & Vector128.LessThanOrEqual(octets, Vector128.Create((byte)'Z'));
            (octets | (isUpper & Vector128.Create((byte)0x20))).StoreUnsafe(ref first, i);
        }
    }

    /// <summary>Of a buffer that <see cref="Lower(ReadOnlySpan{byte}, Span{byte})"/> has filled.</summary>
    public static ulong Hash(ReadOnlySpan<byte> buffer, int length)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(buffer[..((length + 15) & ~15)]);
        var hash = Seed ^ (ulong)length;
        for (var i = 0; i + 1 < words.Length; i += 2)
            hash = Fold(hash ^ words[i], words[i + 1] ^ 0x9E3779B97F4A7C15);
        return Fold(hash ^ Seed, 0xD6E8FEB86659FD93);
    }

    /// <summary>Of a name in lower case.</summary>
    public static ulong HashOf(ReadOnlySpan<byte> name)
    {
        Span<byte> buffer = stackalloc byte[BufferLength];
        Lower(name, buffer);
        return Hash(buffer, name.Length);
    }

    /// <summary>How long the name is that data begins with.</summary>
    public static int LengthOf(ReadOnlySpan<byte> data)
    {
        var at = 0;
        while (data[at] > 0)
            at += data[at] + 1;
        return at + 1;
    }

    /// <summary>Whether a name is the other or below it; both in lower case.</summary>
    public static bool IsWithin(ReadOnlySpan<byte> name, ReadOnlySpan<byte> above)
    {
        var start = name.Length - above.Length;
        if (start < 0 || !name[start..].SequenceEqual(above))
            return false;
        // The octets are alike; they may yet begin in the middle of a label.
        var at = 0;
        while (at < start)
            at += name[at] + 1;
        return at == start;
    }

    private static byte Lower(byte octet) => octet is >= (byte)'A' and <= (byte)'Z' ? (byte)(octet | 0x20) : octet;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Fold(ulong left, ulong right)
    {
        var high = Math.BigMul(left, right, out var low);
        return high ^ low;
    }
}

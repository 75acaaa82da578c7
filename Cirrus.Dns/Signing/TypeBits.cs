using ARSoft.Tools.Net.Dns;

namespace Cirrus.Dns.Signing;

/// <summary>Which types a name has, as NSEC and NSEC3 records say it (RFC 4034 section 4.1.2).</summary>
internal static class TypeBits
{
    private const int WindowSize = 256;

    /// <param name="types">Each once, in their order.</param>
    public static byte[] Of(IEnumerable<RecordType> types) => [.. types.GroupBy(t => (int)t / WindowSize).SelectMany(w => Window(w.Key, w))];

    // Its number, how many octets of bits follow, and a bit for each type.
    private static byte[] Window(int number, IEnumerable<RecordType> types)
    {
        var bits = new byte[WindowSize / 8];
        foreach (var type in types)
            bits[(int)type % WindowSize / 8] |= (byte)(0x80 >> ((int)type % 8));
        var length = Array.FindLastIndex(bits, b => b != 0) + 1;
        return [(byte)number, (byte)length, .. bits.AsSpan(0, length)];
    }
}

using System.Buffers.Binary;

namespace Cirrus.Dns.Direct;

/// <summary>Messages as ARSoft's packages hold them.</summary>
internal static class RawPackage
{
    private const int LengthHeader = 2;

    /// <summary>With its length before it, as by TCP (RFC 1035 section 4.2.2).</summary>
    public static byte[] WithLength(ReadOnlySpan<byte> message)
    {
        var octets = new byte[LengthHeader + message.Length];
        BinaryPrimitives.WriteUInt16BigEndian(octets, (ushort)message.Length);
        message.CopyTo(octets.AsSpan(LengthHeader));
        return octets;
    }
}

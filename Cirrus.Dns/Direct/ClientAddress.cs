using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Cirrus.Dns.Direct;

/// <summary>An IP address without an object: as IPv6, with IPv4 in its last 32 bits.</summary>
internal readonly record struct ClientAddress(ulong High, ulong Low, bool IsV4)
{
    private const ulong Mapped = 0xFFFF_0000_0000;

    public static ClientAddress V4(uint address) => new(0, address, true);

    /// <summary>One that is IPv4 in IPv6's clothes counts as IPv4.</summary>
    public static ClientAddress V6(ulong high, ulong low) =>
        high == 0 && low >> 32 == Mapped >> 32 ? V4((uint)low) : new(high, low, false);

    public static ClientAddress Of(IPAddress address)
    {
        Span<byte> octets = stackalloc byte[16];
        address.TryWriteBytes(octets, out _);
        return address.AddressFamily == AddressFamily.InterNetwork
            ? V4(BinaryPrimitives.ReadUInt32BigEndian(octets))
            : V6(BinaryPrimitives.ReadUInt64BigEndian(octets), BinaryPrimitives.ReadUInt64BigEndian(octets[8..]));
    }

    /// <summary>The address in network order: 4 or 16 octets.</summary>
    public int Write(Span<byte> octets)
    {
        if (IsV4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(octets, (uint)Low);
            return 4;
        }
        BinaryPrimitives.WriteUInt64BigEndian(octets, High);
        BinaryPrimitives.WriteUInt64BigEndian(octets[8..], Low);
        return 16;
    }
}

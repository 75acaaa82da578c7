using System.Buffers.Binary;

namespace Cirrus.Dns.Direct;

/// <summary>The part of a client's address that its resolver tells (EDNS Client Subnet, RFC 7871).</summary>
/// <param name="Address">The bits that are told, the others 0.</param>
/// <param name="Bits">How many there are; 0: the client does not want its address told.</param>
internal readonly record struct ClientSubnet(ClientAddress Address, byte Bits)
{
    private const int HeadLength = 4;

    /// <summary>Of the option's contents; false: they break the rules of the format.</summary>
    public static bool TryRead(ReadOnlySpan<byte> option, out ClientSubnet subnet)
    {
        subnet = default;
        if (option.Length < HeadLength)
            return false;
        var (family, bits, scope) = (BinaryPrimitives.ReadUInt16BigEndian(option), option[2], option[3]);
        var octets = option[HeadLength..];
        // A query has no scope, and exactly as many octets as its bits need.
        if (scope != 0 || octets.Length != (bits + 7) / 8 || bits > Width(family))
            return false;
        if (bits % 8 != 0 && (octets[^1] & (0xFF >> (bits % 8))) != 0)
            return false;
        Span<byte> address = stackalloc byte[16];
        address.Clear();
        octets.CopyTo(address);
        var high = BinaryPrimitives.ReadUInt64BigEndian(address);
        subnet = new ClientSubnet(
            family == 1 ? ClientAddress.V4((uint)(high >> 32)) : ClientAddress.V6(high, BinaryPrimitives.ReadUInt64BigEndian(address[8..])), bits);
        return true;
    }

    // Who tells nothing may name no family.
    private static int Width(ushort family) => family switch { 1 => 32, 2 => 128, _ => 0 };
}

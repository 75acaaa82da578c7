using System.Buffers.Binary;
using System.Text;

namespace Cirrus.Tests.Dns.Direct;

/// <summary>Queries octet by octet.</summary>
internal static class WireQuery
{
    public const ushort Id = 0x1234;

    public static byte[] Of(string name, ushort type, params byte[] rest) => Of(name, type, 1, 0x0100, rest);

    /// <param name="rest">What follows the question; its number of records is told as one if there are any.</param>
    public static byte[] Of(string name, ushort type, ushort @class, ushort flags, params byte[] rest) =>
    [
        .. UInt16(Id), .. UInt16(flags), 0, 1, 0, 0, 0, 0, 0, (byte)(rest.Length > 0 ? 1 : 0), .. Name(name), .. UInt16(type), .. UInt16(@class), .. rest,
    ];

    public static byte[] Edns(ushort payload, params byte[] options) => Edns(payload, 0, options);

    public static byte[] Edns(ushort payload, byte version, params byte[] options) =>
        [0, 0, 41, .. UInt16(payload), 0, version, 0, 0, .. UInt16((ushort)options.Length), .. options];

    /// <summary>Of a client that wants signatures.</summary>
    public static byte[] DnssecOk(ushort payload, params byte[] options) =>
        [0, 0, 41, .. UInt16(payload), 0, 0, 0x80, 0, .. UInt16((ushort)options.Length), .. options];

    public static byte[] Option(ushort code, params byte[] contents) => [.. UInt16(code), .. UInt16((ushort)contents.Length), .. contents];

    /// <summary>EDNS Client Subnet.</summary>
    public static byte[] Subnet(ushort family, byte bits, params byte[] address) => Option(8, [.. UInt16(family), bits, 0, .. address]);

    public static byte[] Name(string name) =>
    [
        .. name.Split('.', StringSplitOptions.RemoveEmptyEntries).SelectMany(l => Encoding.ASCII.GetBytes(l).Prepend((byte)l.Length)), 0,
    ];

    /// <summary>The contents of an option of an answer's OPT record, which must be its last; null when it has none.</summary>
    public static byte[]? OptionOf(byte[] response, ushort code)
    {
        // The OPT record's fixed part, whatever stands before it.
        var at = response.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0, 0, 41, 4, 208]);
        Assert.True(at > 0, "There is no OPT record of ours.");
        for (at += 11; at < response.Length;)
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(response.AsSpan(at + 2));
            if (BinaryPrimitives.ReadUInt16BigEndian(response.AsSpan(at)) == code)
                return response[(at + 4)..(at + 4 + length)];
            at += 4 + length;
        }
        return null;
    }

    private static byte[] UInt16(ushort value) => [(byte)(value >> 8), (byte)value];
}

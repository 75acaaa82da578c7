using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cirrus.Tests.Edge;

/// <summary>Writes databases of countries in MaxMind's format, version 2.0, as far as tests need it.</summary>
internal static class MaxMindDatabase
{
    private const int Pointer = 0;

    /// <summary>A database in which the networks, an address and a length of prefix each, are in the countries.</summary>
    public static byte[] Make(params (string Network, string Country)[] entries)
    {
        var data = new MemoryStream();
        List<int[]> nodes = [[Pointer, Pointer]];
        foreach (var (network, country) in entries)
        {
            Insert(nodes, network, -1 - (int)data.Length);
            data.Write(Map([("country", Map([("iso_code", Text(country))]))]));
        }

        var tree = new MemoryStream();
        foreach (var record in nodes.SelectMany(node => node))
        {
            // A node, nothing, or an offset into the data behind 16 octets of zero.
            var value = record > 0 ? record : record == 0 ? nodes.Count : nodes.Count + 16 + (-1 - record);
            tree.Write([(byte)(value >> 16), (byte)(value >> 8), (byte)value]);
        }
        return
        [
            .. tree.ToArray(), .. new byte[16], .. data.ToArray(), 0xab, 0xcd, 0xef, .. "MaxMind.com"u8,
            .. Map([
                ("node_count", Number(6, nodes.Count)), ("record_size", Number(5, 24)), ("ip_version", Number(5, 6)),
                ("database_type", Text("Test-Country")), ("languages", [0, 4]), ("description", Map([])),
                ("binary_format_major_version", Number(5, 2)), ("binary_format_minor_version", Number(5, 0)),
                ("build_epoch", [8, 2, .. BigEndian(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(), 8)]),
            ]),
        ];
    }

    private static void Insert(List<int[]> nodes, string network, int record)
    {
        var parts = network.Split('/');
        var address = IPAddress.Parse(parts[0]);
        var isV4 = address.AddressFamily == AddressFamily.InterNetwork;
        byte[] octets = isV4 ? [.. new byte[12], .. address.GetAddressBytes()] : address.GetAddressBytes();
        var length = int.Parse(parts[1], provider: null) + (isV4 ? 96 : 0);
        var node = 0;
        for (var i = 0; i < length - 1; i++)
        {
            var bit = (octets[i / 8] >> (7 - (i % 8))) & 1;
            if (nodes[node][bit] == 0)
            {
                nodes[node][bit] = nodes.Count;
                nodes.Add([0, 0]);
            }
            node = nodes[node][bit];
        }
        nodes[node][(octets[(length - 1) / 8] >> (7 - ((length - 1) % 8))) & 1] = record;
    }

    // A control octet: type in the upper three bits, size below.
    private static byte[] Text(string text) => [(byte)((2 << 5) | text.Length), .. Encoding.UTF8.GetBytes(text)];

    private static byte[] Number(int type, int value) => [(byte)((type << 5) | 2), .. BigEndian(value, 2)];

    private static byte[] Map((string Name, byte[] Value)[] fields) =>
        [(byte)((7 << 5) | fields.Length), .. fields.SelectMany(field => (byte[])[.. Text(field.Name), .. field.Value])];

    private static IEnumerable<byte> BigEndian(long value, int octets) =>
        Enumerable.Range(1, octets).Select(i => (byte)(value >> (8 * (octets - i))));
}

using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Cirrus.Tests.Dns.Direct;

/// <summary>Writes small databases in MaxMind's format (version 2.0): a binary tree of address bits, what its leaves say, and metadata.</summary>
internal static class RegionFile
{
    private static readonly byte[] Marker = [0xAB, 0xCD, 0xEF, .. "MaxMind.com"u8];

    /// <param name="networks">IPv4 or IPv6, none within another, each with a country and a continent.</param>
    public static void Write(string path, params (string Network, string Country, string Continent)[] networks)
    {
        List<int[]> nodes = [[0, 0]];
        var data = new List<byte>();
        foreach (var (network, country, continent) in networks)
        {
            Insert(nodes, Prefix(network), -data.Count - 1);
            Add(data, Location(country, continent));
        }

        var file = new List<byte>();
        foreach (var record in nodes.SelectMany(n => n))
        {
            // Another node, nothing, or a place in the data after its separator of 16 octets.
            var value = record > 0 ? record : record == 0 ? nodes.Count : nodes.Count + 16 + (-record - 1);
            file.AddRange([(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value]);
        }
        file.AddRange(new byte[16]);
        file.AddRange(data);
        file.AddRange(Marker);
        Add(file, new Dictionary<string, object>
        {
            ["binary_format_major_version"] = (ushort)2,
            ["binary_format_minor_version"] = (ushort)0,
            ["build_epoch"] = 1_700_000_000UL,
            ["database_type"] = "Cirrus-Test",
            ["description"] = new Dictionary<string, object> { ["en"] = "made for a test" },
            ["ip_version"] = (ushort)6,
            ["languages"] = new List<object>(),
            ["node_count"] = (uint)nodes.Count,
            ["record_size"] = (ushort)32,
        });
        File.WriteAllBytes(path, [.. file]);
    }

    private static Dictionary<string, object> Location(string country, string continent) => new()
    {
        ["continent"] = new Dictionary<string, object> { ["code"] = continent },
        ["country"] = new Dictionary<string, object> { ["iso_code"] = country },
    };

    // IPv4 is at ::/96.
    private static List<int> Prefix(string network)
    {
        var parsed = IPNetwork.Parse(network);
        var address = parsed.BaseAddress.GetAddressBytes();
        var octets = new byte[16];
        address.CopyTo(octets, 16 - address.Length);
        return [.. Enumerable.Range(0, (16 - address.Length) * 8 + parsed.PrefixLength).Select(i => (octets[i / 8] >> (7 - (i % 8))) & 1)];
    }

    private static void Insert(List<int[]> nodes, List<int> path, int leaf)
    {
        var node = 0;
        foreach (var bit in path.SkipLast(1))
        {
            if (nodes[node][bit] == 0)
            {
                nodes[node][bit] = nodes.Count;
                nodes.Add([0, 0]);
            }
            node = nodes[node][bit];
        }
        nodes[node][path[^1]] = leaf;
    }

    private static void Add(List<byte> data, object value)
    {
        switch (value)
        {
            case string text:
                data.Add((byte)(0x40 | text.Length));
                data.AddRange(Encoding.UTF8.GetBytes(text));
                break;
            case ushort number:
                data.AddRange([0xA2, (byte)(number >> 8), (byte)number]);
                break;
            case uint number:
                data.AddRange([0xC4, (byte)(number >> 24), (byte)(number >> 16), (byte)(number >> 8), (byte)number]);
                break;
            case ulong number:
                var octets = new byte[8];
                BinaryPrimitives.WriteUInt64BigEndian(octets, number);
                data.AddRange([8, 2, .. octets]);
                break;
            case List<object> list:
                data.AddRange([(byte)list.Count, 4]);
                list.ForEach(item => Add(data, item));
                break;
            case Dictionary<string, object> map:
                data.Add((byte)(0xE0 | map.Count));
                foreach (var (key, item) in map)
                {
                    Add(data, key);
                    Add(data, item);
                }
                break;
        }
    }
}

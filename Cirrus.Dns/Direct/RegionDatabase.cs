using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using MaxMind.Db;

namespace Cirrus.Dns.Direct;

/// <summary>Reads a MaxMind database (country or city) into what a query needs of it: the regions of addresses.</summary>
internal static class RegionDatabase
{
    public static RegionRanges Read(string path, Regions regions)
    {
        using var reader = new Reader(path, FileAccessMode.Memory);
        return Ranges(reader.FindAll<Location>().Select(
            found => (found.Start, found.PrefixLength, regions.Of(found.Data.Country ?? found.Data.RegisteredCountry, found.Data.Continent))));
    }

    /// <param name="networks">None overlaps another.</param>
    internal static RegionRanges Ranges(IEnumerable<(IPAddress Start, int Bits, byte Region)> networks)
    {
        var v4 = new List<(UInt128 First, UInt128 Last, byte Region)>();
        var v6 = new List<(UInt128 First, UInt128 Last, byte Region)>();
        foreach (var (start, bits, region) in networks)
        {
            var isV4 = start.AddressFamily == AddressFamily.InterNetwork;
            var first = isV4
                ? BinaryPrimitives.ReadUInt32BigEndian(start.GetAddressBytes())
                : BinaryPrimitives.ReadUInt128BigEndian(start.GetAddressBytes());
            var size = (isV4 ? 32 : 128) - bits;
            (isV4 ? v4 : v6).Add((first, size == 128 ? UInt128.MaxValue : first + (UInt128.One << size) - UInt128.One, region));
        }
        var (v4Starts, v4Regions) = Joined(v4, uint.MaxValue);
        var (v6Starts, v6Regions) = Joined(v6, UInt128.MaxValue);
        return new RegionRanges(Array.ConvertAll(v4Starts, s => (uint)s), v4Regions, v6Starts, v6Regions);
    }

    // Neighbours of the same region become one; between them lies no region.
    private static (UInt128[] Starts, byte[] Regions) Joined(List<(UInt128 First, UInt128 Last, byte Region)> ranges, UInt128 last)
    {
        List<UInt128> starts = [0];
        List<byte> regions = [0];
        void From(UInt128 start, byte region)
        {
            if (starts[^1] == start)
                regions[^1] = region;
            else if (regions[^1] != region)
            {
                starts.Add(start);
                regions.Add(region);
            }
            if (starts.Count > 1 && regions[^1] == regions[^2])
            {
                starts.RemoveAt(starts.Count - 1);
                regions.RemoveAt(regions.Count - 1);
            }
        }

        foreach (var range in ranges.OrderBy(r => r.First))
        {
            From(range.First, range.Region);
            if (range.Last < last)
                From(range.Last + UInt128.One, 0);
        }
        return ([.. starts], [.. regions]);
    }

    /// <summary>What is read of a record.</summary>
    public sealed class Location
    {
        [Constructor]
        public Location(
            [MapKey("country")] Coded? country, [MapKey("registered_country")] Coded? registered, [MapKey("continent")] Coded? continent)
        {
            Country = country?.IsoCode;
            RegisteredCountry = registered?.IsoCode;
            Continent = continent?.Code;
        }

        public string? Country { get; }
        public string? RegisteredCountry { get; }
        public string? Continent { get; }
    }

    /// <summary>A country or a continent.</summary>
    [method: Constructor]
    public sealed class Coded([MapKey("iso_code")] string? isoCode, [MapKey("code")] string? code)
    {
        public string? IsoCode { get; } = isoCode;
        public string? Code { get; } = code;
    }
}

namespace Cirrus.Dns.Direct;

/// <summary>Which region each address is in: ranges by their first address, each up to the next, found by halving.</summary>
/// <param name="v4">First addresses in order, the first 0.</param>
/// <param name="v4Regions">Their regions; 0: none.</param>
/// <param name="v6">The same of IPv6.</param>
internal sealed class RegionRanges(uint[] v4, byte[] v4Regions, UInt128[] v6, byte[] v6Regions)
{
    /// <summary>The region, and how many of the address's first bits decide: all addresses that share them are in the same.</summary>
    public (byte Region, byte Bits) Find(ClientAddress address) => address.IsV4 ? FindV4((uint)address.Low) : FindV6(new UInt128(address.High, address.Low));

    private (byte Region, byte Bits) FindV4(uint address)
    {
        var i = At(v4, address);
        var end = i + 1 < v4.Length ? v4[i + 1] - 1 : uint.MaxValue;
        byte bits = 32;
        for (uint mask = 0; bits > 0; bits--)
        {
            mask = (mask << 1) | 1;
            if ((address & ~mask) < v4[i] || (address | mask) > end)
                break;
        }
        return (v4Regions[i], bits);
    }

    private (byte Region, byte Bits) FindV6(UInt128 address)
    {
        var i = At(v6, address);
        var end = i + 1 < v6.Length ? v6[i + 1] - UInt128.One : UInt128.MaxValue;
        byte bits = 128;
        for (var mask = UInt128.Zero; bits > 0; bits--)
        {
            mask = (mask << 1) | UInt128.One;
            if ((address & ~mask) < v6[i] || (address | mask) > end)
                break;
        }
        return (v6Regions[i], bits);
    }

    // The last range that does not begin after the address.
    private static int At<T>(T[] starts, T address) where T : IComparable<T>
    {
        var i = Array.BinarySearch(starts, address);
        return i >= 0 ? i : ~i - 1;
    }
}

namespace Cirrus.Tests.Dns.Direct;

/// <summary>Queries with something wrong in them: the same ones for the same seed.</summary>
internal sealed class MutatedQueries(int seed)
{
    private readonly Random _random = new(seed);
    private readonly byte[][] _whole =
    [
        WireQuery.Of(TestZone.Name, 6),
        WireQuery.Of("www." + TestZone.Name, 1, WireQuery.Edns(1232)),
        WireQuery.Of(TestZone.AccessNameOf("www.example.com"), 28, WireQuery.Edns(4096, [.. WireQuery.Option(10, new byte[8]), .. WireQuery.Subnet(1, 24, 192, 0, 2)])),
        WireQuery.Of(TestZone.Name, 255, WireQuery.Edns(0, [.. WireQuery.Subnet(2, 56, 1, 2, 3, 4, 5, 6, 7), .. WireQuery.Option(10, new byte[24])])),
        WireQuery.Of(TestZone.Name, 2, WireQuery.Edns(512, WireQuery.Option(3))),
        WireQuery.Of(string.Join('.', Enumerable.Repeat(new string('a', 63), 3)) + "." + TestZone.Name, 1),
    ];

    public byte[] Next()
    {
        if (_random.Next(20) == 0)
        {
            var noise = new byte[_random.Next(0, 600)];
            _random.NextBytes(noise);
            return noise;
        }
        var query = new List<byte>(_whole[_random.Next(_whole.Length)]);
        for (var changes = _random.Next(0, 5); changes > 0; changes--)
            Change(query);
        return [.. query];
    }

    private void Change(List<byte> query)
    {
        var at = _random.Next(query.Count + 1);
        switch (_random.Next(6))
        {
            case 0 when at < query.Count:
                query[at] = (byte)_random.Next(256);
                break;
            case 1 when at < query.Count:
                query[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 2 when at < query.Count:
                query.RemoveRange(at, _random.Next(1, query.Count - at + 1));
                break;
            case 3:
                query.Insert(at, (byte)_random.Next(256));
                break;
            // Lengths and pointers like extremes.
            case 4 when at < query.Count:
                query[at] = _random.Next(4) switch { 0 => 0, 1 => 0xFF, 2 => 0xC0, _ => 0x3F };
                break;
            case 5:
                query.AddRange(query.GetRange(0, at));
                break;
        }
    }
}

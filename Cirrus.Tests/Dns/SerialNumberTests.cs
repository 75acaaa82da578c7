using Cirrus.Dns.Zones;
using CsCheck;

namespace Cirrus.Tests.Dns;

public sealed class SerialNumberTests
{
    [Theory]
    [InlineData(1, 0, true)]
    [InlineData(0, 1, false)]
    [InlineData(7, 7, false)]
    [InlineData(0, uint.MaxValue, true)]
    [InlineData(uint.MaxValue, 0, false)]
    [InlineData(0x7FFF_FFFF, 0, true)]
    [InlineData(0x8000_0000, 0, false)]
    [InlineData(0, 0x8000_0000, false)]
    [InlineData(0x8000_0001, 0, false)]
    [InlineData(5, 0x8000_0006, true)]
    public void Serials_are_compared_on_a_circle(uint left, uint right, bool newer) =>
        Assert.Equal(newer, SerialNumber.IsNewer(left, right));

    [Theory]
    [InlineData(100, 1_700_000_000, 1_700_000_000)]
    [InlineData(1_700_000_000, 1_700_000_000, 1_700_000_001)]
    [InlineData(1_700_000_500, 1_700_000_000, 1_700_000_501)]
    [InlineData(uint.MaxValue, 1_700_000_000, 1_700_000_000)]
    [InlineData(3_800_000_000, 1_700_000_000, 3_800_000_001)]
    public void The_next_serial_is_the_time_or_one_more(uint last, long now, uint next) =>
        Assert.Equal(next, SerialNumber.Next(last, DateTimeOffset.FromUnixTimeSeconds(now)));

    [Fact]
    public void The_next_serial_is_always_newer() =>
        Gen.Select(Gen.UInt, Gen.Long[0, 20_000_000_000]).Sample((last, now) =>
            SerialNumber.IsNewer(SerialNumber.Next(last, DateTimeOffset.FromUnixTimeSeconds(now)), last));
}

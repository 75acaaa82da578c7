using Cirrus.Dns.Zones;

namespace Cirrus.Tests.Dns;

/// <summary>Work on few things, which one thread does, and on many.</summary>
public sealed class ManyTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(5_000)]
    public void What_is_made_is_in_the_order_of_what_it_is_made_of(int count) =>
        Assert.Equal(Enumerable.Range(1, count), Many.Select([.. Enumerable.Range(0, count)], i => i + 1));

    // Whoever waits for Redis to come back knows it by the exception's type.
    [Theory]
    [InlineData(3, 2)]
    [InlineData(5_000, 4_999)]
    [InlineData(5_000, 0)]
    public void A_failure_comes_out_as_it_is(int count, int first) =>
        Assert.Throws<EndOfStreamException>(() =>
            Many.Select([.. Enumerable.Range(0, count)], i => i < first ? i : throw new EndOfStreamException()));
}

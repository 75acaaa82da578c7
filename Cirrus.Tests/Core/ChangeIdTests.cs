using Cirrus.Core.Changes;
using CsCheck;

namespace Cirrus.Tests.Core;

public sealed class ChangeIdTests
{
    private static readonly Gen<ChangeId> Ids = Gen.Select(Gen.Long[0, 253_402_300_799_999], Gen.Long[0, long.MaxValue], (m, s) => new ChangeId(m, s));

    [Fact]
    public void Text_and_id_are_the_same_thing() => Ids.Sample(id => Assert.Equal(id, ChangeId.Parse(id.ToString())));

    [Fact]
    public void Ids_order_by_time_then_by_sequence() => Gen.Select(Ids, Ids).Sample((a, b) =>
    {
        var expected = (a.Milliseconds, a.Sequence).CompareTo((b.Milliseconds, b.Sequence));
        Assert.Equal(Math.Sign(expected), Math.Sign(a.CompareTo(b)));
        Assert.Equal(expected < 0, a < b);
        Assert.Equal(expected <= 0, a <= b);
        Assert.Equal(expected > 0, a > b);
        Assert.Equal(expected >= 0, a >= b);
    });

    [Theory]
    [InlineData("9-9", "10-0")]
    [InlineData("10-9", "10-10")]
    [InlineData("0-0", "0-1")]
    public void Ids_are_numbers_not_text(string earlier, string later) => Assert.True(ChangeId.Parse(earlier) < ChangeId.Parse(later));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("-")]
    [InlineData("1-")]
    [InlineData("-1")]
    [InlineData("1-2-3")]
    [InlineData("+1-2")]
    [InlineData(" 1-2")]
    [InlineData("1-2 ")]
    [InlineData("1.0-2")]
    [InlineData("a-b")]
    [InlineData("$")]
    [InlineData("99999999999999999999-0")]
    [InlineData("253402300800000-0")]
    public void What_is_no_change_id_is_refused(string? text)
    {
        Assert.False(ChangeId.TryParse(text, out _));
        Assert.Throws<FormatException>(() => ChangeId.Parse(text!));
    }
}

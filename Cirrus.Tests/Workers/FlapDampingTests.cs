using Cirrus.Core.Nodes;
using Cirrus.Workers.Health;
using CsCheck;

namespace Cirrus.Tests.Workers;

public sealed class FlapDampingTests
{
    private static readonly HealthOptions Options = new();
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch.AddYears(56);

    // Minutes of the falls, and for how many seconds after the last one the node is held.
    [Theory]
    [InlineData("0", 0)]
    [InlineData("0 1", 0)]
    [InlineData("0 0 0", 60)]
    [InlineData("0 1 2", 53)]
    [InlineData("0 1 2 3", 92)]
    [InlineData("0 10 20 30 40", 0)]
    [InlineData("0 0 0 0 0 0 0 0 0", 600)]
    [InlineData("0 0 0 60", 0)]
    public void A_node_is_held_longer_the_more_often_it_went_down_lately(string minutes, int seconds)
    {
        var falls = minutes.Split(' ').Select(m => Start.AddMinutes(int.Parse(m))).ToList();
        var flapping = falls.Aggregate(Flapping.None, (before, at) => FlapDamping.AfterFall(before, at, Options));
        var held = flapping.HeldUntil is { } until && until > falls[^1] ? (until - falls[^1]).TotalSeconds : 0;
        Assert.Equal(seconds, held, 1.0);
        Assert.Equal(held > 0, FlapDamping.IsHeld(flapping, falls[^1]));
    }

    [Fact]
    public void A_hold_is_never_longer_than_the_longest_and_never_shortened_by_another_fall() =>
        Gen.Int[0, 600].Array[1, 40].Sample(seconds =>
        {
            var (flapping, now) = (Flapping.None, Start);
            foreach (var pause in seconds)
            {
                now = now.AddSeconds(pause);
                var next = FlapDamping.AfterFall(flapping, now, Options);
                Assert.True(next.HeldUntil is null || next.HeldUntil <= now + Options.LongestHold || next.HeldUntil == flapping.HeldUntil);
                Assert.True(flapping.HeldUntil is null || next.HeldUntil >= flapping.HeldUntil);
                flapping = next;
            }
        });

    [Fact]
    public void Without_a_hold_none_is_held()
    {
        var options = new HealthOptions { FirstHold = TimeSpan.Zero };
        var flapping = Enumerable.Range(0, 20).Aggregate(Flapping.None, (before, _) => FlapDamping.AfterFall(before, Start, options));
        Assert.False(FlapDamping.IsHeld(flapping, Start));
    }
}

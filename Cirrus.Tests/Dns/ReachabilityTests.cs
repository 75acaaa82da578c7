using Cirrus.Dns.Transfers;

namespace Cirrus.Tests.Dns;

public sealed class ReachabilityTests
{
    [Theory]
    [InlineData("", false)]
    [InlineData("+", true)]
    [InlineData("-", false)]
    [InlineData("+-", true)]
    [InlineData("+--", false)]
    [InlineData("+-+-", true)]
    [InlineData("-+", false)]
    [InlineData("-++", true)]
    [InlineData("+--+", false)]
    [InlineData("+--++", true)]
    public void The_first_sight_counts_and_later_two_in_a_row(string sights, bool reachable) =>
        Assert.Equal(reachable, sights.Aggregate(Reachability.Unknown, (state, sight) => state.After(sight == '+')).Reachable);
}

using Cirrus.Core.Acme;

namespace Cirrus.Tests.Core.Acme;

public class YearTests
{
    private static readonly DateTimeOffset Start = new(2028, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Twenty_thousand_names_live_a_year_of_45_days_inside_the_limits_of_lets_encrypt(bool tellsRenewals)
    {
        var limits = new OrderLimits();
        var year = new YearSimulation(20_000, perDomain: 10, TimeSpan.FromDays(45), limits, tellsRenewals, seed: 4);
        year.Run(Start, TimeSpan.FromDays(365), failing: 5);

        Assert.Equal(0, year.Expired);
        Assert.True(year.LeastLeft > TimeSpan.FromDays(7), $"A certificate was replaced {year.LeastLeft} before its end.");
        Assert.True(year.Failed > 5_000, $"Only {year.Failed} attempts failed.");
        Assert.NotEqual(default, year.AllIssued);
        // 300 orders in three hours are 2,400 a day, and one in twenty is lost.
        Assert.True(year.AllIssued - Start < TimeSpan.FromDays(12), $"All had one after {year.AllIssued - Start}.");
        OrderBudgetTests.RequireWithin(year.Ledger, limits);
    }
}

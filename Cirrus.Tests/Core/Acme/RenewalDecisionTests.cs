using Cirrus.Core.Acme;
using CsCheck;

namespace Cirrus.Tests.Core.Acme;

public class RenewalDecisionTests
{
    private static readonly DateTimeOffset Start = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(90 * 24 * 60)]
    [InlineData(45 * 24 * 60)]
    [InlineData(6 * 24 * 60)]
    [InlineData(3)]
    public void A_good_third_of_the_lifetime_is_left_whatever_that_is(int minutes)
    {
        var ends = Start.AddMinutes(minutes);
        var moments = Enumerable.Range(0, 200).Select(i => RenewalDecision.Plan($"h{i}.test", Start, ends, null)).ToList();
        Assert.All(moments, p => Assert.InRange((ends - p.At) / (ends - Start), 1.0 / 3, 1.0 / 3 + 0.1));
        Assert.True((moments.Max(p => p.At) - moments.Min(p => p.At)) / (ends - Start) > 0.08);
    }

    [Fact]
    public void A_moment_stays_the_same_for_the_same_certificate()
    {
        var window = new RenewalWindow(Start.AddDays(1), Start.AddDays(3), null, Start.AddHours(6));
        Assert.Equal(RenewalDecision.Plan("id", Start, Start.AddDays(6), window), RenewalDecision.Plan("id", Start, Start.AddDays(6), window));
        Assert.NotEqual(RenewalDecision.Plan("id", Start, Start.AddDays(6), window).At, RenewalDecision.Plan("id2", Start, Start.AddDays(6), window).At);
    }

    [Fact]
    public void A_suggested_window_is_kept_and_looked_at_again_when_the_authority_wants() =>
        Gen.Select(Gen.Int[0, 5000], Gen.Int[1, 5000], Gen.Int[1, 3000], Gen.Int).Sample((from, length, check, id) =>
        {
            var window = new RenewalWindow(Start.AddMinutes(from), Start.AddMinutes(from + length), null, Start.AddMinutes(check));
            var plan = RenewalDecision.Plan($"{id}", Start, Start.AddDays(30), window);
            return plan.At >= window.Start && plan.At < window.End && plan.LookAgain == (plan.At < window.NextCheck ? plan.At : window.NextCheck);
        });

    [Fact]
    public void A_window_in_the_past_is_now()
    {
        var window = new RenewalWindow(Start.AddDays(-3), Start.AddDays(-2), new Uri("https://ca.test/why"), Start.AddHours(6));
        var plan = RenewalDecision.Plan("id", Start.AddDays(-10), Start.AddDays(80), window);
        Assert.True(plan.IsDue(Start));
        Assert.Contains("https://ca.test/why", plan.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_window_that_opens_after_the_end_is_no_suggestion()
    {
        var window = new RenewalWindow(Start.AddDays(91), Start.AddDays(92), null, Start.AddHours(6));
        Assert.Equal(
            RenewalDecision.Plan("id", Start, Start.AddDays(90), null), RenewalDecision.Plan("id", Start, Start.AddDays(90), window));
    }

    [Fact]
    public void Attempts_come_less_often_the_more_have_failed_and_never_before_the_authority_allows()
    {
        foreach (var trouble in new[] { AcmeTrouble.Customer, AcmeTrouble.Passing, AcmeTrouble.Refused })
        {
            var pauses = Enumerable.Range(1, 12).Select(n => Backoff.Next(trouble, n, "a.test", Start) - Start).ToList();
            Assert.True(pauses[3] > pauses[0] && pauses[5] > pauses[1], $"{trouble}");
        }
        Assert.InRange(Backoff.Next(AcmeTrouble.Customer, 50, "a.test", Start) - Start, TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(6));
        Assert.InRange(Backoff.Next(AcmeTrouble.Refused, 50, "a.test", Start) - Start, TimeSpan.FromHours(9), TimeSpan.FromHours(15));
        Assert.True(Backoff.Next(AcmeTrouble.Passing, 1, "a.test", Start, Start.AddHours(2)) >= Start.AddHours(2));
        Assert.True(Backoff.Next(AcmeTrouble.Limited, 1, "a.test", Start, Start.AddHours(2)) >= Start.AddHours(2));
    }

    [Fact]
    public void What_can_still_be_tried_before_the_end_is_not_put_off_beyond()
    {
        var next = Backoff.Next(AcmeTrouble.Refused, 20, "a.test", Start, null, Start.AddMinutes(8));
        Assert.True(next < Start.AddMinutes(3));
    }

    [Fact]
    public void The_first_authority_that_works_and_has_budget_is_asked()
    {
        var free = new BudgetVerdict(true, Start, "");
        var full = new BudgetVerdict(false, Start.AddHours(1), "full.");
        var down = new AuthorityStanding(2, Start, "no answer");
        Assert.Equal("a", Pick(("a", AuthorityStanding.Good, free), ("b", AuthorityStanding.Good, free)).Name);
        Assert.Equal("a", Pick(("a", down with { Failures = 1 }, free), ("b", AuthorityStanding.Good, free)).Name);
        Assert.Equal("b", Pick(("a", down, free), ("b", AuthorityStanding.Good, free)).Name);
        Assert.Equal("b", Pick(("a", AuthorityStanding.Good, full), ("b", AuthorityStanding.Good, free)).Name);
        // Back to the first when its time is over.
        Assert.Equal("a", Pick(("a", down with { FailedAt = Start.AddHours(-1) }, free), ("b", AuthorityStanding.Good, free)).Name);

        var none = Pick(("a", down, free), ("b", AuthorityStanding.Good, full));
        Assert.Null(none.Name);
        Assert.True(none.IsDown);
        Assert.Equal(Start.AddSeconds(30), none.Next);
        Assert.Contains("a is down", none.Reason, StringComparison.Ordinal);
    }

    private static AuthorityPick Pick(params (string Name, AuthorityStanding Standing, BudgetVerdict Budget)[] candidates) =>
        AuthorityChoice.Pick([.. candidates.Select(c => new AuthorityCandidate(c.Name, c.Standing, c.Budget))], Start);
}

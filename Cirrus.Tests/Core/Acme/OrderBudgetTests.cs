using Cirrus.Core.Acme;
using CsCheck;

namespace Cirrus.Tests.Core.Acme;

public class OrderBudgetTests
{
    private static readonly DateTimeOffset Start = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly OrderLimits Small = new() { Orders = 7, CertificatesPerDomain = 5, CertificatesPerSet = 2, FailedValidations = 3 };

    [Fact]
    public void An_order_is_allowed_until_the_account_has_used_its_orders_and_then_when_the_first_has_left_the_window()
    {
        var budget = new OrderBudget(Small);
        for (var i = 0; i < Small.Orders; i++)
            Place(budget, $"{i}", [$"a.example{i}.test"], OrderPurpose.New, Start.AddMinutes(i));
        var verdict = budget.Judge(Planned(["a.example99.test"]), Start.AddMinutes(10));
        Assert.False(verdict.IsAllowed);
        Assert.Equal(Start + Small.OrdersWindow, verdict.Next);
        Assert.Contains("7 orders in 3 hours", verdict.Reason, StringComparison.Ordinal);
        Assert.True(budget.Judge(Planned(["a.example99.test"]), verdict.Next).IsAllowed);
    }

    [Fact]
    public void A_renewal_of_the_same_names_counts_neither_as_an_order_nor_for_its_domain()
    {
        var budget = new OrderBudget(Small);
        for (var i = 0; i < Small.CertificatesPerDomain; i++)
            Place(budget, $"{i}", [$"h{i}.example.test"], OrderPurpose.New, Start);
        Assert.False(budget.Judge(Planned(["h9.example.test"]), Start.AddDays(1)).IsAllowed);
        Assert.True(budget.Judge(Planned(["h1.example.test"], OrderPurpose.SameNames), Start.AddDays(1)).IsAllowed);
    }

    [Fact]
    public void Certificates_for_the_same_names_are_counted_whatever_their_order()
    {
        var budget = new OrderBudget(Small);
        Place(budget, "1", ["a.test", "b.test"], OrderPurpose.SameNames, Start);
        Place(budget, "2", ["b.test", "a.test"], OrderPurpose.SameNames, Start.AddHours(1));
        var verdict = budget.Judge(Planned(["a.test", "b.test"], OrderPurpose.SameNames), Start.AddHours(2));
        Assert.False(verdict.IsAllowed);
        Assert.Equal(Start.AddDays(7), verdict.Next);
        Assert.True(budget.Judge(Planned(["a.test", "b.test"], OrderPurpose.Suggested), Start.AddHours(2)).IsAllowed);
    }

    [Fact]
    public void An_order_without_certificate_gives_its_place_back_but_stays_an_order()
    {
        var budget = new OrderBudget(Small);
        for (var i = 0; i < Small.CertificatesPerDomain; i++)
            Place(budget, $"{i}", [$"h{i}.example.test"], OrderPurpose.New, Start);
        budget.Add(new LedgerEntry("3", Start.AddMinutes(1), LedgerKind.Abandoned, ["h3.example.test"], ["example.test"], OrderPurpose.New));
        Assert.True(budget.Judge(Planned(["h9.example.test"]), Start.AddMinutes(2)).IsAllowed);
        Assert.Equal(2, budget.HeadRoom(Start.AddMinutes(2))[0].Left);
    }

    [Fact]
    public void A_certificate_counts_from_its_issuance_on()
    {
        var budget = new OrderBudget(Small with { CertificatesPerSet = 1 });
        Place(budget, "1", ["a.test"], OrderPurpose.New, Start);
        budget.Add(new LedgerEntry("1", Start.AddHours(5), LedgerKind.Certificate, ["a.test"], ["a.test"], OrderPurpose.New));
        Assert.Equal(Start.AddHours(5).AddDays(7), budget.Judge(Planned(["a.test"], OrderPurpose.SameNames), Start.AddDays(1)).Next);
    }

    [Fact]
    public void A_name_that_failed_too_often_waits_and_a_wildcard_is_the_same_name()
    {
        var budget = new OrderBudget(Small);
        for (var i = 0; i < Small.FailedValidations; i++)
            budget.Add(new LedgerEntry($"{i}", Start.AddMinutes(i), LedgerKind.FailedValidation, ["a.test"], ["a.test"], OrderPurpose.New));
        var verdict = budget.Judge(Planned(["*.a.test"]), Start.AddMinutes(5));
        Assert.False(verdict.IsAllowed);
        Assert.Equal(Start.AddHours(1), verdict.Next);
        Assert.Contains("3 validations of a.test have failed in an hour", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_limit_everything_is_allowed()
    {
        var budget = new OrderBudget(new OrderLimits { Orders = 0, CertificatesPerDomain = 0, CertificatesPerSet = 0, FailedValidations = 0 });
        for (var i = 0; i < 1000; i++)
            Place(budget, $"{i}", ["a.test"], OrderPurpose.New, Start);
        Assert.Empty(budget.HeadRoom(Start));
    }

    /// <summary>Whatever is asked for whenever: what was allowed stays inside the limits in each window, and what was put off is allowed when it was said.</summary>
    [Fact]
    public void What_it_allows_exceeds_no_limit_in_any_window()
    {
        var wish = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 2], Gen.Int[0, 5], Gen.Int[0, 400]);
        wish.Array[0, 120].Sample(wishes =>
        {
            var budget = new OrderBudget(Small);
            var entries = new List<LedgerEntry>();
            var now = Start;
            foreach (var (domain, host, purpose, outcome, minutes) in wishes)
            {
                now = now.AddMinutes(minutes);
                var planned = Planned([$"h{host}.example{domain}.test"], (OrderPurpose)purpose);
                var verdict = budget.Judge(planned, now);
                if (!verdict.IsAllowed)
                {
                    Assert.True(verdict.Next > now);
                    Assert.True(budget.Judge(planned, verdict.Next).IsAllowed);
                    continue;
                }
                var id = $"{entries.Count}";
                Write(LedgerKind.Order, now);
                if (outcome == 0)
                    Write(LedgerKind.FailedValidation, now.AddSeconds(1));
                if (outcome != 5)
                    Write(outcome == 0 ? LedgerKind.Abandoned : LedgerKind.Certificate, now.AddSeconds(2));

                void Write(LedgerKind kind, DateTimeOffset at)
                {
                    var entry = new LedgerEntry(id, at, kind, planned.Names, planned.RegisteredDomains, planned.Purpose);
                    entries.Add(entry);
                    budget.Add(entry);
                }
            }
            RequireWithin(entries);
        }, iter: 400);
    }

    internal static void RequireWithin(IReadOnlyList<LedgerEntry> entries, OrderLimits? limits = null)
    {
        limits ??= Small;
        var issued = entries.Where(e => e.Kind == LedgerKind.Certificate && e.Purpose != OrderPurpose.Suggested).ToList();
        Require(entries.Where(e => e is { Kind: LedgerKind.Order, Purpose: OrderPurpose.New }).Select(e => ("", e.At)), limits.Orders, limits.OrdersWindow);
        Require(
            issued.Where(e => e.Purpose == OrderPurpose.New).SelectMany(e => e.RegisteredDomains.Select(d => (d, e.At))), limits.CertificatesPerDomain,
            limits.CertificatesWindow);
        Require(issued.Select(e => (string.Join(',', e.Names.Order(StringComparer.Ordinal)), e.At)), limits.CertificatesPerSet, limits.CertificatesWindow);
        Require(
            entries.Where(e => e.Kind == LedgerKind.FailedValidation).SelectMany(e => e.Names.Select(n => (n, e.At))), limits.FailedValidations,
            limits.FailuresWindow);
    }

    private static void Require(IEnumerable<(string Subject, DateTimeOffset At)> uses, int most, TimeSpan window)
    {
        foreach (var subject in uses.GroupBy(u => u.Subject))
        {
            var times = subject.Select(u => u.At).Order().ToList();
            for (var i = most; i < times.Count; i++)
                Assert.True(times[i] - times[i - most] >= window, $"{most + 1} of '{subject.Key}' between {times[i - most]:u} and {times[i]:u}");
        }
    }

    private static PlannedOrder Planned(string[] names, OrderPurpose purpose = OrderPurpose.New) => PlannedOrder.For(names, PublicSuffixList.Empty, purpose);

    private static void Place(OrderBudget budget, string id, string[] names, OrderPurpose purpose, DateTimeOffset at)
    {
        var planned = Planned(names, purpose);
        budget.Add(new LedgerEntry(id, at, LedgerKind.Order, planned.Names, planned.RegisteredDomains, purpose));
    }
}

using Cirrus.Core.Acme;

namespace Cirrus.Tests.Core.Acme;

public sealed class OrderLedgerTests(StoreFixture fixture) : IClassFixture<StoreFixture>
{
    private static readonly OrderLimits Limits = new() { Orders = 20 };
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    [Fact]
    public async Task Several_workers_together_place_as_many_orders_as_are_allowed_and_no_more()
    {
        var name = Name();
        var ledgers = Enumerable.Range(0, 6).Select(_ => new OrderLedger(fixture.Connection, name, Limits)).ToList();
        var verdicts = await Task.WhenAll(ledgers.SelectMany(l => Enumerable.Range(0, 10).Select(i =>
            l.ReserveAsync(Guid.NewGuid().ToString(), Planned($"{Guid.NewGuid():N}.test"), Now.AddSeconds(i)))));
        Assert.Equal(Limits.Orders, verdicts.Count(v => v.IsAllowed));
        Assert.Equal(Limits.Orders, await fixture.Db.StreamLengthAsync($"cdn:acme:orders:{name}"));
        ledgers.ForEach(l => l.Dispose());
    }

    [Fact]
    public async Task A_worker_that_comes_later_knows_what_was_placed()
    {
        var name = Name();
        using var first = new OrderLedger(fixture.Connection, name, Limits);
        using var second = new OrderLedger(fixture.Connection, name, Limits);
        await first.ReserveAsync("1", Planned("a.test"), Now);
        Assert.Equal(1, (await second.HeadRoomAsync(Now))[0].Used);
        await second.RecordAsync(new LedgerEntry("1", Now, LedgerKind.Abandoned, ["a.test"], ["a.test"], OrderPurpose.New));
        Assert.DoesNotContain(await first.HeadRoomAsync(Now), h => h.Limit == "certificatesPerSet");
    }

    [Fact]
    public async Task A_ledger_that_is_gone_is_begun_anew()
    {
        var name = Name();
        using var ledger = new OrderLedger(fixture.Connection, name, Limits);
        await ledger.ReserveAsync("1", Planned("a.test"), Now);
        await fixture.Db.KeyDeleteAsync($"cdn:acme:orders:{name}");
        Assert.Equal(0, (await ledger.HeadRoomAsync(Now))[0].Used);
        Assert.True((await ledger.ReserveAsync("2", Planned("a.test"), Now)).IsAllowed);
        Assert.Equal(1, (await ledger.HeadRoomAsync(Now))[0].Used);
    }

    [Fact]
    public async Task What_is_left_is_shown_for_each_authority_in_their_order()
    {
        var store = new AuthorityStore(fixture.Connection);
        var (first, second) = (Name(), Name());
        await store.PutAllAsync([new(second, 1, new Uri("https://b.test/dir"), Limits), new(first, 0, new Uri("https://a.test/dir"), Limits)]);
        await store.FailedAsync(second, new AuthorityStanding(3, Now, "It does not answer."));
        using var ledger = new OrderLedger(fixture.Connection, first, Limits);
        await ledger.ReserveAsync("1", Planned("www.a.test"), Now);

        var budgets = await store.BudgetsAsync(Now);
        Assert.Equal([first, second], budgets.Select(b => b.Authority.Name));
        Assert.Equal((19, 20), (budgets[0].HeadRoom[0].Left, budgets[0].HeadRoom[0].Most));
        Assert.Contains(budgets[0].HeadRoom, h => h is { Limit: "certificatesPerDomain", Subject: "a.test", Used: 1 });
        Assert.Equal(3, budgets[1].Standing.Failures);
    }

    private static string Name() => $"ca-{Guid.NewGuid():N}";

    private static PlannedOrder Planned(string name) => PlannedOrder.For([name], PublicSuffixList.Empty, OrderPurpose.New);
}

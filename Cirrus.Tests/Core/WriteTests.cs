using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Tests.Core;

public sealed class WriteTests(StoreFixture stores) : IClassFixture<StoreFixture>
{
    [Fact]
    public async Task An_accepted_write_is_one_change_and_one_audit_entry()
    {
        var before = await stores.WrittenAsync();
        var domain = StoreFixture.NewDomain();
        var result = await stores.Domains.PutAsync(domain, StoreFixture.Actor);
        Assert.Equal((before.Events + 1, before.Audit + 1), await stores.WrittenAsync());

        Assert.Equal(new Change(result.Change, ChangeTypes.DomainPut, domain.Name, ""), await stores.Log.FindAsync(result.Change));
        var audit = (await stores.Db.StreamRangeAsync("cdn:audit", "-", "+", 1, Order.Descending))[0];
        Assert.Equal("test", audit["actor"]);
        Assert.Equal("domain-put", audit["action"]);
        Assert.Equal(domain.Name, audit["key"]);
        Assert.Equal("", audit["before"]);
        Assert.Equal(await stores.Db.StringGetAsync(RedisKeys.Domain(domain.Name)), audit["after"]);
        Assert.Equal("request-1", audit["requestId"]);
        Assert.Equal(result.Change.ToString(), audit["change"]);
        Assert.Equal("accepted", audit["outcome"]);
    }

    [Fact]
    public async Task A_redis_that_has_forgotten_its_scripts_accepts_writes()
    {
        await stores.AddDomainAsync();
        await stores.Db.ExecuteAsync("SCRIPT", "FLUSH");
        var before = await stores.WrittenAsync();
        await stores.AddDomainAsync();
        Assert.Equal((before.Events + 1, before.Audit + 1), await stores.WrittenAsync());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task A_write_with_a_wrong_revision_changes_nothing(int revision)
    {
        var domain = await stores.AddDomainAsync();
        var second = domain with { Revision = 2, CacheEnable = false };
        Assert.True((await stores.Domains.PutAsync(second, StoreFixture.Actor)).Accepted);
        var before = await stores.WrittenAsync();
        var document = await stores.Db.StringGetAsync(RedisKeys.Domain(domain.Name));

        // Only 3 may follow.
        var refused = await stores.Domains.PutAsync(domain with { Revision = revision }, StoreFixture.Actor);
        Assert.Equal(WriteOutcome.Conflict, refused.Outcome);
        Assert.Equal(before, await stores.WrittenAsync());
        Assert.Equal(document, await stores.Db.StringGetAsync(RedisKeys.Domain(domain.Name)));
        Assert.Equal(1, await stores.Db.ListLengthAsync(RedisKeys.DomainHistory(domain.Name)));
    }

    [Fact]
    public async Task Of_writers_who_race_for_a_revision_one_wins()
    {
        var domain = await stores.AddDomainAsync();
        var before = await stores.WrittenAsync();
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            stores.Domains.PutAsync(domain with { Revision = 2, UpstreamHeaders = new Dictionary<string, string> { ["X"] = $"{i}" } }, StoreFixture.Actor)));
        Assert.Single(results, r => r.Accepted);
        Assert.Equal((before.Events + 1, before.Audit + 1), await stores.WrittenAsync());
    }

    [Fact]
    public async Task Writers_who_depend_on_nothing_all_get_through()
    {
        var before = await stores.WrittenAsync();
        var domain = StoreFixture.NewDomain() with { CreatedAt = DateTimeOffset.UnixEpoch, UpstreamHeaders = new Dictionary<string, string> { ["createdAt"] = "x", ["revision"] = "1" } };
        var first = await stores.Domains.PutOverAsync(domain, StoreFixture.Actor);
        Assert.Equal((1, DateTimeOffset.UnixEpoch), (first.Domain.Revision, first.Domain.CreatedAt));

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ =>
            stores.Domains.PutOverAsync(domain with { CreatedAt = DateTimeOffset.UtcNow, CacheEnable = false }, StoreFixture.Actor)));
        Assert.Equal(Enumerable.Range(2, 20), results.Select(r => r.Domain.Revision).Order());
        Assert.All(results, r => Assert.Equal(DateTimeOffset.UnixEpoch, r.Domain.CreatedAt));
        Assert.Equal((before.Events + 21, before.Audit + 21), await stores.WrittenAsync());

        var history = await stores.Domains.HistoryAsync(domain.Name);
        Assert.Equal((21, false, "x"), (history.Current!.Revision, history.Current.CacheEnable, history.Current.UpstreamHeaders["createdAt"]));
        Assert.Equal(Enumerable.Range(1, 20).Reverse(), history.Earlier.Select(d => d.Revision));
        Assert.Equal(DateTimeOffset.UnixEpoch, history.Current.CreatedAt);
    }

    [Fact]
    public async Task A_deletion_with_a_wrong_revision_or_of_nothing_changes_nothing()
    {
        var domain = await stores.AddDomainAsync();
        var before = await stores.WrittenAsync();
        Assert.Equal(WriteOutcome.Conflict, (await stores.Domains.DeleteAsync(domain.Name, StoreFixture.Actor, expectedRevision: 2)).Outcome);
        Assert.Equal(WriteOutcome.Missing, (await stores.Domains.DeleteAsync("no." + domain.Name, StoreFixture.Actor)).Outcome);
        Assert.Equal(before, await stores.WrittenAsync());
        Assert.NotNull(await stores.Domains.FindAsync(domain.Name));
    }

    [Fact]
    public async Task A_domain_that_is_deleted_and_created_again_has_a_fresh_epoch()
    {
        var domain = StoreFixture.NewDomain();
        var first = await stores.Domains.PutAsync(domain, StoreFixture.Actor);
        Assert.Equal(first.Change.ToString(), await stores.Db.HashGetAsync(RedisKeys.Epochs(domain.Name), "*"));
        Assert.True((await stores.Domains.DeleteAsync(domain.Name, StoreFixture.Actor)).Accepted);
        Assert.False(await stores.Db.KeyExistsAsync(RedisKeys.Epochs(domain.Name)));
        Assert.Null(await stores.Domains.FindAsync(domain.Name));
        Assert.DoesNotContain(domain.Name, await stores.Domains.NamesAsync("", 10_000));

        var second = await stores.Domains.PutAsync(domain, StoreFixture.Actor);
        Assert.True(second.Change > first.Change);
        Assert.Equal(second.Change.ToString(), await stores.Db.HashGetAsync(RedisKeys.Epochs(domain.Name), "*"));
    }

    [Fact]
    public async Task An_update_keeps_the_epochs_and_the_former_revision()
    {
        var domain = await stores.AddDomainAsync();
        var epochs = await stores.Db.HashGetAllAsync(RedisKeys.Epochs(domain.Name));
        var former = await stores.Db.StringGetAsync(RedisKeys.Domain(domain.Name));
        Assert.True((await stores.Domains.PutAsync(domain with { Revision = 2 }, StoreFixture.Actor)).Accepted);
        Assert.Equal(epochs, await stores.Db.HashGetAllAsync(RedisKeys.Epochs(domain.Name)));
        Assert.Equal(former, await stores.Db.ListGetByIndexAsync(RedisKeys.DomainHistory(domain.Name), 0));
    }

    [Fact]
    public async Task A_domain_deleted_while_a_page_is_read_does_not_end_the_list()
    {
        var first = await stores.AddDomainAsync();
        await stores.AddDomainAsync();
        await stores.Db.KeyDeleteAsync(RedisKeys.Domain(first.Name));
        var names = await stores.Domains.NamesAsync("", 1000);
        var (items, next) = await stores.Domains.ListAsync("", names.Count - 1);
        await stores.Db.SortedSetRemoveAsync(RedisKeys.Domains, first.Name);
        Assert.DoesNotContain(first.Name, items.Select(d => d.Name));
        Assert.Equal(names[^2], next);
    }

    [Fact]
    public async Task Domains_are_paged_in_order_of_name()
    {
        var added = new List<string>();
        for (var i = 0; i < 7; i++)
            added.Add((await stores.AddDomainAsync()).Name);
        var paged = new List<string>();
        for (var after = ""; after is not null;)
        {
            (var page, after) = await stores.Domains.ListAsync(after, 3);
            paged.AddRange(page.Select(d => d.Name));
        }
        Assert.Equal(paged.Order(StringComparer.Ordinal), paged);
        Assert.Equal(await stores.Domains.CountAsync(), paged.Distinct().Count());
        Assert.Empty(added.Except(paged));
    }

    [Fact]
    public async Task Health_is_turned_once_and_only_of_a_node_that_exists()
    {
        var node = StoreFixture.NewNode();
        Assert.Null(await stores.Nodes.SetHealthAsync(node.Id, NodeHealth.Up, "", DateTimeOffset.UtcNow));
        await stores.Nodes.RecordProbeAsync(node.Id, "", new ChangeId(1, 0), "0.1.0", DateTimeOffset.UtcNow);
        Assert.False(await stores.Db.KeyExistsAsync(RedisKeys.NodeStatus(node.Id)));

        await stores.Nodes.PutAsync(node, StoreFixture.Actor);
        var turned = await stores.Nodes.SetHealthAsync(node.Id, NodeHealth.Down, "connection refused", DateTimeOffset.UtcNow);
        Assert.Null(await stores.Nodes.SetHealthAsync(node.Id, NodeHealth.Down, "other", DateTimeOffset.UtcNow));
        Assert.Equal("""{"health":"down"}""", (await stores.Log.FindAsync(turned!.Value))!.Data);
        var status = (await stores.Nodes.FindAsync(node.Id))!.Status;
        Assert.Equal((NodeHealth.Down, "connection refused"), (status.Health, status.Error));

        await stores.Nodes.DeleteAsync(node.Id, StoreFixture.Actor);
        Assert.False(await stores.Db.KeyExistsAsync(RedisKeys.NodeStatus(node.Id)));
    }
}

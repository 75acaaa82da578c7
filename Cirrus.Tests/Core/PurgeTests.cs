using Cirrus.Core.Changes;
using Cirrus.Core.Purges;
using Cirrus.Core.Redis;

namespace Cirrus.Tests.Core;

public sealed class PurgeTests(StoreFixture stores) : IClassFixture<StoreFixture>
{
    [Theory]
    [InlineData(PurgeKind.Everything, "", "*", """{"kind":"everything"}""")]
    [InlineData(PurgeKind.Prefix, "/assets/", "p:/assets/", """{"kind":"prefix","values":["/assets/"]}""")]
    [InlineData(PurgeKind.Url, "/a?b=1", "u:/a?b=1", """{"kind":"url","values":["/a?b=1"]}""")]
    public async Task A_purge_raises_its_epoch_and_says_so_in_the_log(PurgeKind kind, string value, string field, string data)
    {
        var domain = await stores.AddDomainAsync();
        var before = await stores.WrittenAsync();
        string[] values = value.Length == 0 ? [] : [value];
        var result = await stores.Purges.AddAsync(new Purge(domain.Name, kind, values), StoreFixture.Actor, DateTimeOffset.UtcNow);

        Assert.Equal(result.Change.ToString(), await stores.Db.HashGetAsync(RedisKeys.Epochs(domain.Name), field));
        Assert.True(await stores.Db.HashExistsAsync(RedisKeys.Epochs(domain.Name), "*"));
        Assert.Equal(new Change(result.Change, ChangeTypes.Purge, domain.Name, data), await stores.Log.FindAsync(result.Change));
        Assert.Equal(domain.Name, await stores.Db.HashGetAsync(RedisKeys.Purge(result.Change.ToString()), "domain"));
        Assert.NotNull(await stores.Db.KeyTimeToLiveAsync(RedisKeys.Purge(result.Change.ToString())));
        Assert.Equal((before.Events + 1, before.Audit + 1), await stores.WrittenAsync());
    }

    [Fact]
    public async Task A_purge_of_an_unknown_domain_changes_nothing()
    {
        var before = await stores.WrittenAsync();
        var result = await stores.Purges.AddAsync(
            new Purge("nowhere.example.test", PurgeKind.Everything, []), StoreFixture.Actor, DateTimeOffset.UtcNow);
        Assert.Equal(WriteOutcome.Missing, result.Outcome);
        Assert.Equal(before, await stores.WrittenAsync());
        Assert.False(await stores.Db.KeyExistsAsync(RedisKeys.Epochs("nowhere.example.test")));
    }

    [Fact]
    public async Task More_than_four_thousand_epochs_are_folded_into_the_newest()
    {
        var domain = await stores.AddDomainAsync();
        var key = RedisKeys.Epochs(domain.Name);
        // With the one that came with the domain, exactly as many as are kept.
        await PurgeAsync(Enumerable.Range(0, 3999));
        Assert.Equal(4000, await stores.Db.HashLengthAsync(key));
        var last = await PurgeAsync([4000]);
        Assert.Equal(1, await stores.Db.HashLengthAsync(key));
        Assert.Equal(last.ToString(), await stores.Db.HashGetAsync(key, "*"));

        async Task<ChangeId> PurgeAsync(IEnumerable<int> numbers)
        {
            string[] values = [.. numbers.Select(n => $"/{n}")];
            var result = await stores.Purges.AddAsync(
                new Purge(domain.Name, PurgeKind.Url, values), StoreFixture.Actor, DateTimeOffset.UtcNow);
            return result.Change;
        }
    }
}

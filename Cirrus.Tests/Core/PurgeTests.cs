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
    [InlineData(PurgeKind.Tag, "news", "t:news", """{"kind":"tag","values":["news"]}""")]
    [InlineData(PurgeKind.Host, "a.example.test", "h:a.example.test", """{"kind":"host","values":["a.example.test"]}""")]
    [InlineData(PurgeKind.Everything, "", "s*", """{"kind":"everything","soft":true}""", true)]
    [InlineData(PurgeKind.Tag, "news", "st:news", """{"kind":"tag","values":["news"],"soft":true}""", true)]
    public async Task A_purge_raises_its_epoch_and_says_so_in_the_log(PurgeKind kind, string value, string field, string data, bool soft = false)
    {
        var domain = await stores.AddDomainAsync();
        var before = await stores.WrittenAsync();
        string[] values = value.Length == 0 ? [] : [value];
        var result = await stores.Purges.AddAsync(new Purge(domain.Name, kind, values, soft), StoreFixture.Actor, DateTimeOffset.UtcNow);

        Assert.Equal(result.Change.ToString(), await stores.Db.HashGetAsync(RedisKeys.Epochs(domain.Name), field));
        Assert.True(await stores.Db.HashExistsAsync(RedisKeys.Epochs(domain.Name), "*"));
        Assert.Equal(new Change(result.Change, ChangeTypes.Purge, domain.Name, data), await stores.Log.FindAsync(result.Change));
        Assert.Equal(domain.Name, await stores.Db.HashGetAsync(RedisKeys.Purge(result.Change.ToString()), "domain"));
        Assert.NotNull(await stores.Db.KeyTimeToLiveAsync(RedisKeys.Purge(result.Change.ToString())));
        Assert.Equal(soft, (await stores.Purges.FindAsync(result.Change))!.Purge.Soft);
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

    [Fact]
    public async Task Soft_and_hard_epochs_are_folded_apart()
    {
        var domain = await stores.AddDomainAsync();
        var key = RedisKeys.Epochs(domain.Name);
        var hard = await AddAsync(domain.Name, ["/hard"], soft: false);
        var soft = await AddAsync(domain.Name, [.. Enumerable.Range(0, 4000).Select(n => $"/{n}")], soft: true);

        Assert.Equal(2, await stores.Db.HashLengthAsync(key));
        Assert.Equal(hard.ToString(), await stores.Db.HashGetAsync(key, "*"));
        Assert.Equal(soft.ToString(), await stores.Db.HashGetAsync(key, "s*"));
    }

    [Fact]
    public async Task A_soft_purge_of_everything_forgets_soft_epochs_only_and_a_hard_one_all()
    {
        var domain = await stores.AddDomainAsync();
        var key = RedisKeys.Epochs(domain.Name);
        await AddAsync(domain.Name, ["/hard"], soft: false);
        await AddAsync(domain.Name, ["/soft"], soft: true);

        await stores.Purges.AddAsync(new Purge(domain.Name, PurgeKind.Everything, [], true), StoreFixture.Actor, DateTimeOffset.UtcNow);
        Assert.Equal(["*", "s*", "u:/hard"], await FieldsAsync());

        await stores.Purges.AddAsync(new Purge(domain.Name, PurgeKind.Everything, []), StoreFixture.Actor, DateTimeOffset.UtcNow);
        Assert.Equal(["*"], await FieldsAsync());

        async Task<IEnumerable<string>> FieldsAsync() => (await stores.Db.HashKeysAsync(key)).Select(f => f.ToString()).Order(StringComparer.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("9999999")]
    [InlineData("0")]
    public async Task How_long_the_names_are_is_found_out_again_where_that_was_lost(string? remembered)
    {
        var domain = await stores.AddDomainAsync();
        await AddAsync(domain.Name, ["/a"], soft: false);
        if (remembered is null)
            await stores.Db.KeyDeleteAsync(RedisKeys.EpochsSize(domain.Name));
        else
            await stores.Db.StringSetAsync(RedisKeys.EpochsSize(domain.Name), remembered);
        await AddAsync(domain.Name, ["/b"], soft: false);
        Assert.Equal(3, await stores.Db.HashLengthAsync(RedisKeys.Epochs(domain.Name)));

        // 33 times 8,000 octets are more than are kept.
        for (var i = 0; i < 33; i++)
            await AddAsync(domain.Name, [$"/{i}{new string('x', 8000)}"], soft: false);
        Assert.InRange(await stores.Db.HashLengthAsync(RedisKeys.Epochs(domain.Name)), 1, 2);
    }

    private async Task<ChangeId> AddAsync(string domain, string[] urls, bool soft) =>
        (await stores.Purges.AddAsync(new Purge(domain, PurgeKind.Url, urls, soft), StoreFixture.Actor, DateTimeOffset.UtcNow)).Change;
}

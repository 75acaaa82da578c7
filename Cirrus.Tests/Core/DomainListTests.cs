using Cirrus.Core.Redis;
using CsCheck;

namespace Cirrus.Tests.Core;

public sealed class DomainListTests(StoreFixture stores) : IClassFixture<StoreFixture>
{
    [Fact]
    public async Task Pages_of_a_prefix_hold_all_that_begin_with_it_and_are_shown_in_order_of_name()
    {
        var own = $"l{Guid.NewGuid():N}";
        var names = Enumerable.Range(0, 60).Select(i => $"{own}-{Convert.ToString(i, 2)}.test").ToList();
        foreach (var name in names)
            await stores.Domains.PutAsync(StoreFixture.NewDomain() with { Name = name }, StoreFixture.Actor);

        var end = Gen.OneOf("", "-", "-1", "-10", "-111111", "-2");
        await Gen.Select(end, Gen.Int[1, 70], Gen.Int[1, 5], Gen.Bool).SampleAsync(async (end, limit, every, all) =>
        {
            bool Shown(string name) => name.StartsWith(own, StringComparison.Ordinal) && names.IndexOf(name) % every == 0;
            var paged = new List<string>();
            for (var after = ""; after is not null;)
            {
                (var items, after) = await stores.Domains.ListAsync(after, limit, own + end, all ? null : Shown);
                Assert.InRange(items.Count, 0, limit);
                paged.AddRange(items.Select(d => d.Name));
            }
            Assert.Equal(names.Where(n => n.StartsWith(own + end, StringComparison.Ordinal) && (all || Shown(n))).Order(StringComparer.Ordinal), paged);
        }, iter: 50, threads: 1);
    }

    [Fact]
    public async Task A_page_of_which_nothing_is_shown_ends_and_tells_where_to_go_on()
    {
        // More names than are looked at for one page; their documents are not needed, as they are not shown.
        var prefix = $"m{Guid.NewGuid():N}";
        await stores.Db.SortedSetAddAsync(
            RedisKeys.Domains, [.. Enumerable.Range(0, 12_000).Select(i => new StackExchange.Redis.SortedSetEntry($"{prefix}-{i:d6}.test", 0))]);
        try
        {
            var (items, next) = await stores.Domains.ListAsync("", 10, prefix, _ => false);
            Assert.Empty(items);
            Assert.NotNull(next);
            var (rest, end) = await stores.Domains.ListAsync(next, 10, prefix, _ => false);
            Assert.Empty(rest);
            Assert.Null(end);
        }
        finally
        {
            await stores.Db.SortedSetRemoveRangeByValueAsync(RedisKeys.Domains, prefix, prefix + '\u007f');
        }
    }
}

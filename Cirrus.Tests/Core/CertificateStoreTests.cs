using Cirrus.Core.Certificates;
using Cirrus.Core.Redis;

namespace Cirrus.Tests.Core;

public sealed class CertificateStoreTests(StoreFixture stores) : IClassFixture<StoreFixture>
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000);
    private readonly CertificateStore _store = new(stores.Connection, KeySealing.Parse(Convert.ToBase64String(new byte[32])));

    [Fact]
    public async Task It_is_present_from_the_first_on_however_often_it_is_replaced()
    {
        var name = (await stores.AddDomainAsync()).Name;
        var first = await _store.PutAsync(name, Certificate(name, 10), 0, StoreFixture.Actor);
        Assert.Equal(first.Change, (await _store.FindAsync(name))!.Present);
        await _store.PutAsync(name, Certificate(name, 20), 1, StoreFixture.Actor);
        Assert.Equal(first.Change, (await _store.FindAsync(name))!.Present);

        var revision = (await _store.FindAsync(name))!.Revision;
        await _store.DeleteAsync(name, revision, StoreFixture.Actor);
        var again = await _store.PutAsync(name, Certificate(name, 30), 0, StoreFixture.Actor);
        Assert.Equal(again.Change, (await _store.FindAsync(name))!.Present);
    }

    [Fact]
    public async Task Its_key_is_sealed_in_Redis_and_opens_for_whoever_may()
    {
        var name = (await stores.AddDomainAsync()).Name;
        await _store.PutAsync(name, Certificate(name, 10), 0, StoreFixture.Actor);
        Assert.StartsWith("sealed:", await stores.Db.HashGetAsync(RedisKeys.Certificate(name), "key"), StringComparison.Ordinal);
        Assert.Equal(("chain", "key"), await _store.FindWithKeyAsync(name));
    }

    [Fact]
    public async Task Those_that_end_first_are_listed_first_and_deleted_ones_no_more()
    {
        var names = new List<string>();
        foreach (var days in new[] { 30, 10, 20 })
        {
            names.Add((await stores.AddDomainAsync()).Name);
            await _store.PutAsync(names[^1], Certificate(names[^1], days), 0, StoreFixture.Actor);
        }
        Assert.Equal([names[1], names[2], names[0]], await Mine());

        await _store.DeleteAsync(names[1], 1, StoreFixture.Actor);
        await stores.Domains.DeleteAsync(names[2], StoreFixture.Actor);
        Assert.Equal([names[0]], await Mine());

        async Task<IEnumerable<string>> Mine() => (await _store.ListAsync(null, 1000)).Select(c => c.Domain).Where(names.Contains);
    }

    private static CheckedCertificate Certificate(string name, int days) => new(
        new CertificateSummary([name], "CN=test", Now, Now.AddDays(days), $"{days}", CertificateSource.Operator), "chain", "key");
}

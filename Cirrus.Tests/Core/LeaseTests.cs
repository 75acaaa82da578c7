using Cirrus.Core.Redis;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Core;

public sealed class LeaseTests(StoreFixture stores) : IClassFixture<StoreFixture>
{
    private readonly string _name = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task One_holds_it_and_nobody_prolongs_or_gives_up_what_is_anothers()
    {
        var first = new Lease(stores.Connection, _name, TimeSpan.FromMinutes(1));
        var second = new Lease(stores.Connection, _name, TimeSpan.FromHours(1));
        Assert.True(await first.HoldAsync());
        Assert.False(await second.HoldAsync());
        await second.ReleaseAsync();
        Assert.True(await first.HoldAsync());
        Assert.InRange((await stores.Db.KeyTimeToLiveAsync(RedisKeys.Lease(_name)))!.Value, TimeSpan.Zero, TimeSpan.FromMinutes(1));

        await first.ReleaseAsync();
        Assert.True(await second.HoldAsync());
        Assert.False(await first.HoldAsync());
    }

    [Fact]
    public async Task It_is_taken_over_when_its_owner_is_silent()
    {
        var first = new Lease(stores.Connection, _name, TimeSpan.FromMilliseconds(300));
        var second = new Lease(stores.Connection, _name, TimeSpan.FromMinutes(1));
        Assert.True(await first.HoldAsync());
        await Wait.UntilAsync("the lease has run out", () => second.HoldAsync());
        Assert.False(await first.HoldAsync());
    }

    [Fact]
    public async Task Holding_prolongs()
    {
        var lease = new Lease(stores.Connection, _name, TimeSpan.FromMinutes(1));
        Assert.True(await lease.HoldAsync());
        await stores.Db.KeyExpireAsync(RedisKeys.Lease(_name), TimeSpan.FromSeconds(20));
        Assert.True(await lease.HoldAsync());
        Assert.True(await stores.Db.KeyTimeToLiveAsync(RedisKeys.Lease(_name)) > TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Of_many_who_want_it_at_once_one_gets_it()
    {
        var leases = Enumerable.Range(0, 20).Select(_ => new Lease(stores.Connection, _name, TimeSpan.FromMinutes(1)));
        Assert.Single(await Task.WhenAll(leases.Select(l => l.HoldAsync())), held => held);
    }
}

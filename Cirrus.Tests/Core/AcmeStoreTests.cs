using Cirrus.Core.Acme;
using Cirrus.Core.Certificates;
using Cirrus.Core.Changes;
using Cirrus.Core.Redis;

namespace Cirrus.Tests.Core;

public sealed class AcmeStoreTests(StoreFixture stores) : IClassFixture<StoreFixture>
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_000);
    private static readonly KeySealing Sealing = KeySealing.Parse(Convert.ToBase64String(new byte[32]));
    private readonly AcmeStatusStore _statuses = new(stores.Connection);
    private readonly ChallengeStore _challenges = new(stores.Connection);
    private readonly AcmeTaskStore _tasks = new(stores.Connection, Sealing);
    private readonly AcmeAccountStore _accounts = new(stores.Connection, Sealing);

    [Fact]
    public async Task A_certificate_is_asked_for_only_where_there_is_a_domain()
    {
        Assert.False(await _statuses.QueueAsync("missing.example.test", "master", Now));
        Assert.Null(await _statuses.FindAsync("missing.example.test"));
    }

    [Fact]
    public async Task What_was_asked_for_is_due_and_says_by_whom()
    {
        var name = (await stores.AddDomainAsync()).Name;
        Assert.True(await _statuses.QueueAsync(name, "user:ada", Now));

        Assert.Contains(name, await _statuses.DueAsync(Now, 1000));
        Assert.DoesNotContain(name, await _statuses.DueAsync(Now.AddMilliseconds(-1), 1000));
        var status = (await _statuses.FindAsync(name))!;
        Assert.Equal((AcmePhase.Queued, "user:ada", Now), (status.Phase, status.RequestedBy, status.Since));
    }

    [Fact]
    public async Task What_is_under_way_is_not_asked_for_twice()
    {
        var name = (await stores.AddDomainAsync()).Name;
        await _statuses.WriteAsync(name, Status(AcmePhase.Running) with { Step = AcmeStep.Order, Next = Now }, await LeaseAsync(name));
        Assert.False(await _statuses.QueueAsync(name, "master", Now));
        Assert.Equal(AcmePhase.Running, (await _statuses.FindAsync(name))!.Phase);
    }

    [Fact]
    public async Task A_status_comes_back_as_it_was_written_and_is_due_when_it_says()
    {
        var name = (await stores.AddDomainAsync()).Name;
        var status = new AcmeStatus(
            AcmePhase.Failed, AcmeStep.Validate, Now, "The authority refused.", """{"type":"urn:ietf:params:acme:error:dns"}""", "pebble", 3,
            Now.AddMinutes(5), "back-off", "master");
        var lease = await LeaseAsync(name);
        await _statuses.WriteAsync(name, status, lease);
        Assert.Equal(status, await _statuses.FindAsync(name));
        Assert.Contains(name, await _statuses.DueAsync(Now.AddMinutes(5), 1000));

        await _statuses.WriteAsync(name, status with { Next = null }, lease);
        Assert.DoesNotContain(name, await _statuses.DueAsync(DateTimeOffset.MaxValue, 1000));
    }

    [Fact]
    public async Task Who_asks_while_a_worker_looks_is_not_overruled_by_what_it_saw()
    {
        var name = (await stores.AddDomainAsync()).Name;
        var lease = await LeaseAsync(name);
        var seen = Status(AcmePhase.Issued) with { Next = Now.AddDays(30) };
        Assert.True(await _statuses.WriteAsync(name, seen, lease));
        Assert.True(await _statuses.QueueAsync(name, "user:ada", seen.Since.AddSeconds(1)));

        Assert.True(await _statuses.WriteAsync(name, seen, lease, since: seen.Since));
        Assert.Equal("user:ada", (await _statuses.FindAsync(name))!.RequestedBy);
        Assert.Contains(name, await _statuses.DueAsync(seen.Since.AddSeconds(1), 1000));

        var asked = seen.Since.AddSeconds(1);
        Assert.True(await _statuses.WriteAsync(name, seen with { Since = asked }, lease, since: asked));
        Assert.Equal(AcmePhase.Issued, (await _statuses.FindAsync(name))!.Phase);
    }

    [Fact]
    public async Task A_deleted_domain_leaves_nothing_that_is_due()
    {
        var name = (await stores.AddDomainAsync()).Name;
        await _statuses.QueueAsync(name, "master", Now);
        var lease = await LeaseAsync(name);
        await _tasks.PutKeyAsync(name, "PEM", lease);
        await stores.Domains.DeleteAsync(name, StoreFixture.Actor);

        Assert.Null(await _statuses.FindAsync(name));
        Assert.Null(await _tasks.FindKeyAsync(name));
        Assert.DoesNotContain(name, await _statuses.DueAsync(DateTimeOffset.MaxValue, 1000));
        await _statuses.WriteAsync(name, Status(AcmePhase.Failed) with { Next = Now }, lease);
        Assert.Null(await _statuses.FindAsync(name));
    }

    [Fact]
    public async Task Challenges_of_several_certificates_share_a_name_and_go_apart()
    {
        var name = $"{Guid.NewGuid():N}.test";
        var apex = await _challenges.PutAsync(name, Values(name, "a"));
        var wildcard = await _challenges.PutAsync($"*.{name}", Values(name, "b", "c"));
        Assert.NotNull(apex);
        Assert.True(wildcard > apex);
        Assert.Equal(["a", "b", "c"], await ValuesAt(name));

        Assert.NotNull(await _challenges.PutAsync(name, Values(name)));
        Assert.Equal(["b", "c"], await ValuesAt(name));
    }

    [Fact]
    public async Task Challenges_that_are_there_already_are_no_change()
    {
        var name = $"{Guid.NewGuid():N}.test";
        var change = await _challenges.PutAsync(name, Values(name, "a"));
        Assert.Null(await _challenges.PutAsync(name, Values(name, "a")));
        Assert.Equal((ChangeTypes.AcmeChallenge, name), await stores.Log.FindAsync(change!.Value) is { } c ? (c.Type, c.Key) : default);
    }

    [Fact]
    public async Task The_order_under_way_is_kept_and_its_key_sealed()
    {
        var domain = $"{Guid.NewGuid():N}.test";
        var task = new AcmeTask("pebble", "https://ca.test/account/1", null, [domain], Now, OrderPurpose.New, "reservation", "");
        var lease = await LeaseAsync(domain);
        await _tasks.PutAsync(domain, task, lease);
        await _tasks.PutKeyAsync(domain, "PEM", lease);
        var found = (await _tasks.FindAsync(domain))!;
        Assert.Equal(task with { Names = found.Names }, found);
        Assert.Equal([domain], found.Names);
        Assert.Equal("PEM", await _tasks.FindKeyAsync(domain));
        Assert.StartsWith("sealed:", await stores.Db.StringGetAsync(RedisKeys.AcmeCertificateKey(domain)), StringComparison.Ordinal);

        await _tasks.RemoveAsync(domain, lease);
        Assert.Null(await _tasks.FindAsync(domain));
        Assert.Null(await _tasks.FindKeyAsync(domain));
    }

    [Fact]
    public async Task Two_workers_that_make_an_account_at_once_end_with_one_key()
    {
        var authority = Guid.NewGuid().ToString("N");
        var accounts = await Task.WhenAll(_accounts.AddKeyAsync(authority, "one"), _accounts.AddKeyAsync(authority, "two"));
        Assert.Single(accounts.Distinct());
        await _accounts.PutAsync(authority, accounts[0] with { Url = "https://ca.test/account/1" });
        Assert.Equal("https://ca.test/account/1", (await _accounts.FindAsync(authority))!.Url);
    }

    [Fact]
    public async Task Nothing_is_written_for_a_domain_that_another_works_for()
    {
        var name = (await stores.AddDomainAsync()).Name;
        await LeaseAsync(name);
        var late = _tasks.Lease(name, TimeSpan.FromMinutes(1));
        await Assert.ThrowsAsync<LeaseLostException>(() => _tasks.PutKeyAsync(name, "PEM", late));
        await Assert.ThrowsAsync<LeaseLostException>(() => _statuses.WriteAsync(name, Status(AcmePhase.Issued), late));
        Assert.Null(await _tasks.FindKeyAsync(name));
        Assert.Null(await _statuses.FindAsync(name));
    }

    private async Task<Lease> LeaseAsync(string domain)
    {
        var lease = _tasks.Lease(domain, TimeSpan.FromMinutes(1));
        Assert.True(await lease.HoldAsync());
        return lease;
    }

    private static AcmeStatus Status(AcmePhase phase) => new(phase, "", Now, "", "", "", 0, null, "", "");

    private static Dictionary<string, IReadOnlyList<string>> Values(string name, params string[] values) =>
        values.Length == 0 ? [] : new() { [name] = values };

    private async Task<IEnumerable<string>> ValuesAt(string name) =>
        (await _challenges.ListAsync()).Where(c => c.Name == name).SelectMany(c => c.Values).Order(StringComparer.Ordinal);
}

using Cirrus.Api.Audit;
using Cirrus.Core.Audit;

namespace Cirrus.Tests.Api;

public sealed class RefusalQuotaTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly RefusalQuota _quota = new(new RefusalOptions { PerCaller = 3, PerAddress = 2, Anonymous = 5 });

    [Fact]
    public void A_caller_beyond_its_quota_is_told_of_once_with_the_number_of_the_others()
    {
        Assert.Equal([true, true, true, false, false, false], Enumerable.Range(0, 6).Select(i => _quota.Admit(ByCaller($"r{i}"), Start)));
        Assert.Empty(_quota.Due(Start.AddSeconds(59)));
        Assert.Equal("r5; and 2 more", Assert.Single(_quota.Due(Start.AddSeconds(60))).Reason);
        Assert.True(_quota.Admit(ByCaller("later"), Start.AddSeconds(61)));
        Assert.Empty(_quota.Due(Start.AddSeconds(300)));
    }

    [Fact]
    public void One_left_out_has_no_others()
    {
        for (var i = 0; i < 4; i++)
            _quota.Admit(ByCaller($"r{i}"), Start);
        Assert.Equal("r3", Assert.Single(_quota.Due(Start.AddSeconds(60))).Reason);
    }

    [Fact]
    public void A_flood_from_many_addresses_gets_what_all_have_together_and_leaves_few_entries()
    {
        var admitted = Enumerable.Range(0, 100_000).Count(i => _quota.Admit(ByStranger($"192.0.2.{i}", $"r{i}"), Start));
        Assert.Equal(5, admitted);
        Assert.Equal("r99999; and 99994 more", Assert.Single(_quota.Due(Start.AddMinutes(1))).Reason);
    }

    [Fact]
    public void One_address_does_not_use_up_the_quota_of_the_others()
    {
        Assert.Equal(2, Enumerable.Range(0, 100).Count(_ => _quota.Admit(ByStranger("192.0.2.1", "flood"), Start)));
        Assert.True(_quota.Admit(ByStranger("192.0.2.2", "other"), Start));
        Assert.Equal("flood; and 97 more", Assert.Single(_quota.Due(Start.AddMinutes(1))).Reason);
    }

    [Fact]
    public void What_was_left_out_is_not_forgotten_when_the_next_minute_begins()
    {
        for (var i = 0; i < 4; i++)
            _quota.Admit(ByCaller("before"), Start);
        Assert.False(_quota.Admit(ByCaller("after"), Start.AddSeconds(90)));
        Assert.Equal("after; and 1 more", Assert.Single(_quota.Due(Start.AddSeconds(90))).Reason);
    }

    [Fact]
    public void One_that_found_no_room_is_counted()
    {
        Assert.True(_quota.Admit(ByCaller("first"), Start));
        _quota.LeaveOut(ByCaller("first"), Start);
        Assert.Equal("first", Assert.Single(_quota.Due(Start, all: true)).Reason);
    }

    private static Refusal ByCaller(string reason) => new(new Actor("user:ann"), "user:ann", "PUT /x", "", reason);

    private static Refusal ByStranger(string address, string reason) =>
        new(new Actor(Refusal.Anonymous, Address: address), address, "PUT /x", "", reason);
}

using Cirrus.Core.Audit;
using Cirrus.Core.Dnssec;
using Cirrus.Core.Redis;
using Cirrus.Dns;
using Cirrus.Dns.Signing;
using Cirrus.Dns.Zones;
using Cirrus.Tests.Programs;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;

namespace Cirrus.Tests.Dns.Signing;

/// <summary>Keys, signatures and serials over time, with a real Redis.</summary>
public sealed class SignedZoneTests : IAsyncLifetime
{
    private static readonly DnssecOptions Signed = new() { Enabled = true };
    private static readonly DnssecOptions Hashed = new() { Enabled = true, Denial = Denial.Nsec3 };
    private static readonly ZoneContent Plain = Names(20);

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private RedisServer _server = null!;
    private ConnectionMultiplexer _redis = null!;

    public async Task InitializeAsync()
    {
        _server = await RedisServer.StartAsync();
        _redis = (ConnectionMultiplexer)await _server.ConnectAsync();
    }

    public async Task DisposeAsync()
    {
        await _redis.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Most_of_a_year_of_keys_and_signatures_validates_whatever_resolvers_still_have()
    {
        var process = new SignedPublisher(_redis, _time, Signed);
        await process.PublishAsync(Plain);
        var seen = new List<(HashSet<int> Keys, HashSet<int> Signing)>();
        var keys = new HashSet<int>();
        for (var hour = 0; hour < 24 * 350; hour += 3)
        {
            _time.Advance(TimeSpan.FromHours(3));
            if (hour == 2400)
                await RollKskAsync(process);
            if (hour == 3000)
                await ConfirmAsync(process);
            await process.LookAsync(Plain);
            if (hour % 60 == 0)
                ZoneCheck.Verify(process.Served, _time.GetUtcNow());
            seen.Add((ZoneCheck.Keys(process.Served.Content), ZoneCheck.Signing(process.Served.Content)));
            keys.UnionWith(seen[^1].Keys);
            // A resolver that has the keys of three hours ago can check what is signed now, and the other way round.
            foreach (var (earlier, later) in seen.TakeLast(2).SelectMany(a => seen.TakeLast(2).Select(b => (a, b))))
                Assert.Subset(earlier.Keys, later.Signing);
        }
        // The first of each kind, three more that sign the zone, and one that the operator asked for.
        Assert.Equal(6, keys.Count);
        Assert.Equal(2, seen[^1].Keys.Count);
    }

    // The new name, the one before it, and the zone's own for its serial; or the new name, the record about it, the one before that, and the zone's own.
    [Theory]
    [InlineData(Denial.Nsec, 2, 3)]
    [InlineData(Denial.Nsec3, 4, 4)]
    public async Task A_process_that_starts_serves_the_very_zone_and_signs_only_what_has_changed_meanwhile(string denial, int least, int most)
    {
        var options = new DnssecOptions { Enabled = true, Denial = denial };
        var first = new SignedPublisher(_redis, _time, options);
        await first.PublishAsync(Plain);
        var second = new SignedPublisher(_redis, _time, options);
        await second.FollowAsync(Plain);
        Assert.Equal((first.Served.Serial, first.Served.Content.Digest), (second.Served.Serial, second.Served.Content.Digest));
        Assert.Equal(Plain.Digest, second.Served.Plain.Digest);

        await second.PublishAsync(Plain);
        Assert.Equal(first.Served.Serial, second.Served.Serial);
        await second.PublishAsync(Names(21));
        Assert.InRange(second.Served.Content.ChangesSince(first.Served.Content).Count, least, most);
        await first.FollowAsync(Names(21));
        Assert.Equal(second.Served.Content.Digest, first.Served.Content.Digest);
        ZoneCheck.Verify(first.Served, _time.GetUtcNow());
    }

    [Fact]
    public async Task A_process_with_other_options_follows_and_goes_on_with_the_same_signatures()
    {
        var first = new SignedPublisher(_redis, _time, Signed);
        await first.PublishAsync(Plain);
        var other = ZoneBuilder.Build(TestZone.Input([.. Enumerable.Range(0, 20).Select(i => $"www{i}.example.com")]) with
        {
            Dns = new DnsOptions { Refresh = TimeSpan.FromMinutes(5), Expire = TimeSpan.FromDays(2) },
        });
        var second = new SignedPublisher(_redis, _time, Signed);
        await second.FollowAsync(other);
        Assert.Equal((first.Served.Serial, first.Served.Content.Digest), (second.Served.Serial, second.Served.Content.Digest));
        await first.PublishAsync(Names(21));
        await second.FollowAsync(other);
        Assert.Equal(first.Served.Content.Digest, second.Served.Content.Digest);

        await first.PublishAsync(Plain);
        await second.FollowAsync(other);
        await second.PublishAsync(other);
        Assert.True(SerialNumber.IsNewer(second.Served.Serial, first.Served.Serial));
        Assert.Equal(300, second.Served.Soa.RefreshInterval);
        Assert.Empty(Assert.Single(second.Served.Content.ChangesSince(first.Served.Content)).Owner);
        ZoneCheck.Verify(second.Served, _time.GetUtcNow());
    }

    [Fact]
    public async Task Names_of_a_serial_that_never_came_are_written_over()
    {
        var first = new SignedPublisher(_redis, _time, Signed);
        await first.PublishAsync(Plain);
        // As when a process ends between the names and the serial of a long zone.
        var db = _redis.GetDatabase();
        await db.HashSetAsync(RedisKeys.Zone(TestZone.Name), "names", "part");
        await db.HashSetAsync(RedisKeys.ZoneNames(TestZone.Name), OwnerName.Of("stray"), JournalFormat.Write(NameRecords.None));
        await first.PublishAsync(Names(2_500));
        Assert.Equal("whole", (string?)await db.HashGetAsync(RedisKeys.Zone(TestZone.Name), "names"));

        var second = new SignedPublisher(_redis, _time, Signed);
        await second.FollowAsync(Plain);
        Assert.Equal(first.Served.Content.Digest, second.Served.Content.Digest);
        Assert.Equal(first.Served.Content.Names().Count(), await db.HashLengthAsync(RedisKeys.ZoneNames(TestZone.Name)));
    }

    [Fact]
    public async Task What_is_not_the_zone_of_the_serial_is_not_served_but_its_signatures_hold_on()
    {
        var first = new SignedPublisher(_redis, _time, Signed);
        await first.PublishAsync(Plain);
        await _redis.GetDatabase().HashDeleteAsync(RedisKeys.ZoneNames(TestZone.Name), OwnerName.Of("ns1"));
        var second = new SignedPublisher(_redis, _time, Signed);
        await second.FollowAsync(Plain);
        Assert.Null(second.Current.Snapshot);
        await second.PublishAsync(Plain);
        Assert.NotEqual(first.Served.Serial, second.Served.Serial);
        // The name that was lost, and the zone's own for its serial.
        Assert.Equal(2, second.Served.Content.ChangesSince(first.Served.Content).Count);
        ZoneCheck.Verify(second.Served, _time.GetUtcNow());
    }

    [Fact]
    public async Task Keys_that_Redis_has_lost_are_put_back_by_the_process_that_knows_them()
    {
        var process = new SignedPublisher(_redis, _time, Signed);
        await process.PublishAsync(Plain);
        var keys = ZoneCheck.Keys(process.Served.Content);
        await _redis.GetDatabase().KeyDeleteAsync(RedisKeys.ZoneKeys(TestZone.Name));
        await process.PublishAsync(Names(21));
        Assert.Equal(keys, ZoneCheck.Keys(process.Served.Content));
        Assert.Equal(keys, (await process.Keys.FindAsync(TestZone.Name)).Keys.Select(k => k.Id).ToHashSet());
        ZoneCheck.Verify(process.Served, _time.GetUtcNow());
    }

    [Fact]
    public async Task With_a_key_that_cannot_be_opened_the_zone_stays_as_it_is()
    {
        var sealing = Convert.ToBase64String(new byte[32]);
        var first = new SignedPublisher(_redis, _time, Signed, sealing);
        await first.PublishAsync(Plain);
        var second = new SignedPublisher(_redis, _time, Signed);
        await second.FollowAsync(Plain);
        await second.PublishAsync(Names(21));
        Assert.Equal((first.Served.Serial, first.Served.Content.Digest), (second.Served.Serial, second.Served.Content.Digest));
        Assert.Equal(first.Served.Serial, (await first.Zones.FindAsync(TestZone.Name))!.Serial);
        Assert.Equal(1, await first.Keys.RevisionAsync(TestZone.Name));
        await first.PublishAsync(Names(21));
        Assert.NotEqual(first.Served.Serial, second.Served.Serial);
    }

    [Fact]
    public async Task A_zone_may_be_signed_and_unsigned_again_in_one_line_of_serials()
    {
        var unsigned = new SignedPublisher(_redis, _time, new DnssecOptions());
        await unsigned.PublishAsync(Plain);
        var signed = new SignedPublisher(_redis, _time, Signed);
        await signed.FollowAsync(Plain);
        await signed.PublishAsync(Plain);
        Assert.True(SerialNumber.IsNewer(signed.Served.Serial, unsigned.Served.Serial));
        Assert.NotNull(signed.Served.Journal.Since(unsigned.Served.Serial));
        Assert.True(await signed.Zones.IsSignedAsync(TestZone.Name));
        // One that is not to sign follows all the same.
        await unsigned.FollowAsync(Plain);
        Assert.Equal(signed.Served.Content.Digest, unsigned.Served.Content.Digest);

        await unsigned.PublishAsync(Plain);
        Assert.Equal(Plain.Digest, unsigned.Served.Content.Digest);
        Assert.False(unsigned.Served.Content.IsSigned);
        Assert.False(await signed.Zones.IsSignedAsync(TestZone.Name));
        Assert.False(await _redis.GetDatabase().KeyExistsAsync(RedisKeys.ZoneNames(TestZone.Name)));
        await signed.FollowAsync(Plain);
        Assert.Equal(Plain.Digest, signed.Served.Content.Digest);

        // The same keys again.
        await signed.PublishAsync(Plain);
        Assert.Equal(1, await signed.Keys.RevisionAsync(TestZone.Name));
        ZoneCheck.Verify(signed.Served, _time.GetUtcNow());
    }

    [Fact]
    public async Task The_denial_may_be_another_in_one_line_of_serials_and_whoever_leads_decides()
    {
        var first = new SignedPublisher(_redis, _time, Signed);
        await first.PublishAsync(Plain);
        var second = new SignedPublisher(_redis, _time, Hashed);
        await second.FollowAsync(Plain);
        Assert.Equal((first.Served.Serial, first.Served.Content.Digest), (second.Served.Serial, second.Served.Content.Digest));

        await second.PublishAsync(Plain);
        Assert.True(SerialNumber.IsNewer(second.Served.Serial, first.Served.Serial));
        Assert.NotNull(second.Served.Journal.Since(first.Served.Serial));
        ZoneCheck.Verify(second.Served, _time.GetUtcNow());
        await first.FollowAsync(Plain);
        Assert.Equal(second.Served.Content.Digest, first.Served.Content.Digest);
        Assert.Equal(Plain.Digest, first.Served.Plain.Digest);

        // One that starts has it of the names that are kept.
        var third = new SignedPublisher(_redis, _time, Signed);
        await third.FollowAsync(Plain);
        Assert.Equal(second.Served.Content.Digest, third.Served.Content.Digest);
        await second.PublishAsync(Names(21));
        await third.FollowAsync(Names(21));
        Assert.Equal(second.Served.Content.Digest, third.Served.Content.Digest);
        ZoneCheck.Verify(third.Served, _time.GetUtcNow());

        await third.PublishAsync(Names(21));
        Assert.True(SerialNumber.IsNewer(third.Served.Serial, second.Served.Serial));
        ZoneCheck.Verify(third.Served, _time.GetUtcNow());
        Assert.Equal(third.Served.Content.Names().Count(), await _redis.GetDatabase().HashLengthAsync(RedisKeys.ZoneNames(TestZone.Name)));
        Assert.Equal(Names(21).Names().Count(), third.Served.Content.Names().Count());
    }

    private static ZoneContent Names(int count) =>
        ZoneBuilder.Build(TestZone.Input([.. Enumerable.Range(0, count).Select(i => $"www{i}.example.com")]));

    private async Task RollKskAsync(SignedPublisher process)
    {
        await ConfirmAsync(process);
        var keys = await process.Keys.FindAsync(TestZone.Name);
        Assert.False(KeyRoll.IsRolling(keys, DnssecKeyKind.KeySigning));
        keys = process.Keys.WithNew(TestZone.Name, keys, DnssecKeyKind.KeySigning, DnssecKeyState.Created, _time.GetUtcNow());
        Assert.True((await process.Keys.PutAsync(TestZone.Name, keys, new Actor("test"), "dnssec-ksk-roll")).Accepted);
    }

    private async Task ConfirmAsync(SignedPublisher process)
    {
        var keys = await process.Keys.FindAsync(TestZone.Name);
        var published = keys.Of(DnssecKeyKind.KeySigning).Single(k => k.State == DnssecKeyState.Published);
        await process.Keys.PutAsync(TestZone.Name, KeyRoll.Confirm(keys, published.Id, _time.GetUtcNow())!, new Actor("test"), "dnssec-ds-published");
    }
}

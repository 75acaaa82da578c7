using Cirrus.Core.Changes;
using Cirrus.Core.Zones;
using Cirrus.Dns.Zones;
using CsCheck;

namespace Cirrus.Tests.Dns;

public sealed class ZoneVersionTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
    private static readonly ChangeId Later = new(1_800_000_000_000, 0);
    private static readonly ZoneContent Content = ZoneBuilder.Build(TestZone.Input([]));

    [Fact]
    public void The_first_serial_is_the_time() =>
        Assert.Equal(new ZoneVersion(1_700_000_000, Later, "a"), Next(null, null, "a"));

    [Fact]
    public void The_same_records_keep_their_serial_and_carry_the_newer_change() =>
        Assert.Equal(new ZoneVersion(5, Later, "a"), Next(new ZoneVersion(5, TestZone.Change, "a"), null, "a"));

    [Fact]
    public void Other_records_get_a_newer_serial() =>
        Assert.Equal(
            new ZoneVersion(1_800_000_001, Later, "b"), Next(new ZoneVersion(1_800_000_000, TestZone.Change, "a"), null, "b"));

    [Fact]
    public void What_is_served_goes_on_when_the_stored_serial_is_lost_or_older()
    {
        var served = new ZoneSnapshot(Content, 1_900_000_000, TestZone.Change);
        Assert.Equal(1_900_000_001u, Next(null, served, "b").Serial);
        Assert.Equal(1_900_000_001u, Next(new ZoneVersion(1_800_000_000, TestZone.Change, "b"), served, "b").Serial);
        Assert.Equal(1_900_000_000u, Next(null, served, Content.Digest).Serial);
    }

    [Fact]
    public void A_serial_that_another_process_stored_is_taken_over()
    {
        var served = new ZoneSnapshot(Content, 1_900_000_000, TestZone.Change);
        Assert.Equal(1_900_000_005u, Next(new ZoneVersion(1_900_000_005, TestZone.Change, "b"), served, "b").Serial);
    }

    [Fact]
    public void A_serial_never_stands_for_two_zones_and_never_goes_back() =>
        Gen.Select(Gen.UInt, Gen.Char['a', 'c'].Array[1, 50], Gen.Long[0, 4_000_000_000]).Sample((start, digests, seconds) =>
        {
            var version = new ZoneVersion(start, ChangeId.Zero, "a");
            foreach (var digest in digests.Select(d => d.ToString()))
            {
                var next = ZonePublisher.NextVersion(version, null, digest, Later, DateTimeOffset.FromUnixTimeSeconds(seconds));
                Assert.Equal(digest == version.Digest, next.Serial == version.Serial);
                Assert.True(next.Serial == version.Serial || SerialNumber.IsNewer(next.Serial, version.Serial));
                version = next;
            }
        });

    private static ZoneVersion Next(ZoneVersion? stored, ZoneSnapshot? served, string digest) =>
        ZonePublisher.NextVersion(stored, served, digest, Later, Now);
}

using Cirrus.Core.Dnssec;

namespace Cirrus.Tests.Core.Dnssec;

public sealed class KeyRollTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly KeyTimes Times = new(
        TimeSpan.FromDays(90), TimeSpan.FromDays(730), TimeSpan.FromHours(2), TimeSpan.FromHours(3), TimeSpan.FromDays(2));

    [Fact]
    public void A_zone_signing_key_is_published_known_used_and_gone_when_nothing_of_it_is_anywhere()
    {
        var keys = WithMissing(DnssecKeys.None, Start);
        Assert.Equal(["ZoneSigning Active", "KeySigning Created"], States(keys));

        var worn = Start + Times.ZskLifetime;
        Assert.Empty(KeyRoll.Missing(keys, Times, worn - TimeSpan.FromSeconds(1)));
        keys = WithMissing(keys, worn);
        Assert.Equal("ZoneSigning Created", States(keys)[2]);
        var (first, next) = (keys.Keys[0].Id, keys.Keys[2].Id);

        // Until the zone shows it nothing happens, however late it is.
        Assert.Same(keys, KeyRoll.Advance(keys, Seen([first], [first]), Times, worn.AddDays(1)));
        keys = KeyRoll.Advance(keys, Seen([first, next], [first]), Times, worn);
        Assert.Equal(["ZoneSigning Active", "KeySigning Created", "ZoneSigning Published"], States(keys));
        Assert.Same(keys, KeyRoll.Advance(keys, Seen([first, next], [first]), Times, worn + Times.KeysKnown - TimeSpan.FromSeconds(1)));

        var used = worn + Times.KeysKnown;
        keys = KeyRoll.Advance(keys, Seen([first, next], [first]), Times, used);
        Assert.Equal(["ZoneSigning Retired", "KeySigning Created", "ZoneSigning Active"], States(keys));

        // While one signature of it is in the zone it stays.
        Assert.Same(keys, KeyRoll.Advance(keys, Seen([first, next], [first, next]), Times, used.AddDays(10)));
        keys = KeyRoll.Advance(keys, Seen([first, next], [next]), Times, used.AddDays(10));
        Assert.Equal(used.AddDays(10) + Times.SignaturesForgotten, keys.Keys[0].Until);
        Assert.Same(keys, KeyRoll.Advance(keys, Seen([first, next], [next]), Times, used.AddDays(10)));
        keys = KeyRoll.Advance(keys, Seen([first, next], [next]), Times, used.AddDays(10) + Times.SignaturesForgotten);
        Assert.Equal(["KeySigning Created", "ZoneSigning Active"], States(keys));
        Assert.Equal(keys.Keys.Select(k => k.Id), keys.Sealed.Keys.Order(Comparer<int>.Create((a, b) => Place(keys, a) - Place(keys, b))));
    }

    [Fact]
    public void A_key_signing_key_stays_until_the_parent_has_forgotten_it()
    {
        var keys = WithMissing(DnssecKeys.None, Start);
        var first = keys.Keys[1].Id;
        Assert.Null(KeyRoll.Confirm(keys, first, Start));
        keys = KeyRoll.Advance(keys, Seen([first], []), Times, Start);
        Assert.True(KeyRoll.IsRolling(keys, DnssecKeyKind.KeySigning));
        keys = KeyRoll.Confirm(keys, first, Start)!;
        Assert.False(KeyRoll.IsRolling(keys, DnssecKeyKind.KeySigning));

        var worn = Start + Times.KskLifetime;
        keys = WithMissing(keys, worn);
        var next = keys.Keys.Last(k => k.Kind == DnssecKeyKind.KeySigning).Id;
        keys = KeyRoll.Advance(keys, Seen([first, next], []), Times, worn);
        // Nobody but an operator knows what the parent has.
        Assert.Equal(["Active", "Published"], Of(keys, DnssecKeyKind.KeySigning));
        Assert.Equal(["Active", "Published"], Of(KeyRoll.Advance(keys, Seen([first, next], []), Times, worn.AddYears(1)), DnssecKeyKind.KeySigning));

        keys = KeyRoll.Advance(KeyRoll.Confirm(keys, next, worn.AddDays(1))!, Seen([first, next], []), Times, worn.AddDays(1));
        Assert.Equal(["Retired", "Active"], Of(keys, DnssecKeyKind.KeySigning));
        keys = KeyRoll.Advance(keys, Seen([first, next], []), Times, worn.AddDays(1) + Times.DsForgotten);
        Assert.Equal(["Active"], Of(keys, DnssecKeyKind.KeySigning));
    }

    private static int Place(DnssecKeys keys, int id) => keys.Keys.ToList().FindIndex(k => k.Id == id);

    private static KeysInZone Seen(int[] published, int[] signing) => new(published.ToHashSet(), signing.ToHashSet());

    private static string[] States(DnssecKeys keys) => [.. keys.Keys.Select(k => $"{k.Kind} {k.State}")];

    private static string[] Of(DnssecKeys keys, DnssecKeyKind kind) => [.. keys.Of(kind).Select(k => $"{k.State}")];

    private static DnssecKeys WithMissing(DnssecKeys keys, DateTimeOffset now) => KeyRoll.Missing(keys, Times, now)
        .Aggregate(keys, (all, m) => all.With(new DnssecKey(all.Keys.Count + (now == Start ? 1 : 100), m.Kind, m.State, [], now, now, null), "sealed"));
}

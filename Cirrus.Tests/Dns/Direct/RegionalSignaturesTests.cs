using ARSoft.Tools.Net.Dns;
using Cirrus.Dns.Direct;
using Cirrus.Dns.Signing;
using Cirrus.Dns.Zones;
using Cirrus.Tests.Dns.Signing;
using Microsoft.Extensions.Time.Testing;

namespace Cirrus.Tests.Dns.Direct;

/// <summary>How long signatures for a region are kept; that they hold is for <see cref="SignedTransferTests"/>.</summary>
public sealed class RegionalSignaturesTests
{
    private static readonly byte[] Owner = OwnerName.Of("www");
    private static readonly RecordSet Set = Addresses(1);

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly RegionalSignatures _signatures;
    private readonly RegionalSignatures.Hand _hand;

    public RegionalSignaturesTests()
    {
        _signatures = new RegionalSignatures(_time, TimeSpan.FromDays(9));
        _hand = _signatures.NewHand();
    }

    [Fact]
    public void There_are_none_without_keys() => Assert.Null(_hand.Of(Owner, 1, Set));

    [Fact]
    public void One_is_made_once_for_all_threads()
    {
        _signatures.Use(ZoneSignerTests.NewKeys());
        var made = _hand.Of(Owner, 1, Set);
        Assert.NotNull(made);
        Assert.Same(made, _hand.Of(Owner, 1, Addresses(1)));
        Assert.Same(made, _signatures.NewHand().Of(Owner, 1, Set));
    }

    [Fact]
    public void Each_name_and_region_and_set_has_its_own()
    {
        _signatures.Use(ZoneSignerTests.NewKeys());
        RecordSet?[] all =
        [
            _hand.Of(Owner, 1, Set), _hand.Of(OwnerName.Of("api"), 1, Set), _hand.Of(Owner, 2, Set), _hand.Of(Owner, 1, Addresses(2)),
            _hand.Of(Owner, 1, new RecordSet(RecordType.Aaaa, 60, [new byte[16]])),
        ];
        Assert.Distinct(all.Select(s => Convert.ToHexString(s!.Data[0])));
    }

    [Fact]
    public void It_is_made_anew_when_less_than_a_third_of_its_time_is_left()
    {
        _signatures.Use(ZoneSignerTests.NewKeys());
        var made = _hand.Of(Owner, 1, Set)!;
        _time.Advance(TimeSpan.FromDays(2));
        Assert.Same(made, _hand.Of(Owner, 1, Set));
        _time.Advance(TimeSpan.FromDays(4));
        var next = _hand.Of(Owner, 1, Set)!;
        Assert.True(SignatureData.ExpirationOf(next.Data[0]) > SignatureData.ExpirationOf(made.Data[0]));
    }

    [Fact]
    public void Other_keys_make_others()
    {
        _signatures.Use(ZoneSignerTests.NewKeys());
        var made = _hand.Of(Owner, 1, Set)!;
        _signatures.Use(ZoneSignerTests.NewKeys());
        Assert.NotEqual(SignatureData.TagOf(made.Data[0]), SignatureData.TagOf(_hand.Of(Owner, 1, Set)!.Data[0]));
    }

    [Fact]
    public void Several_may_ask_one_while_keys_are_replaced()
    {
        SigningKeys[] keys = [ZoneSignerTests.NewKeys(), ZoneSignerTests.NewKeys()];
        _signatures.Use(keys[0]);
        Parallel.For(0, 2_000, i =>
        {
            if (i % 50 == 0)
                _signatures.Use(keys[i / 50 % 2]);
            Assert.NotNull(_hand.Of(OwnerName.Of($"n{i % 7}"), 1, Set));
        });
    }

    [Fact]
    public void When_there_are_too_many_those_go_that_nobody_asks_for()
    {
        var few = new RegionalSignatures(_time, TimeSpan.FromDays(9), most: 8);
        few.Use(ZoneSignerTests.NewKeys());
        var hand = few.NewHand();
        var (asked, idle) = (hand.Of(Owner, 1, Set), hand.Of(OwnerName.Of("idle"), 1, Set));
        for (var i = 0; i < 20; i++)
        {
            hand.Of(OwnerName.Of($"n{i}"), 1, Set);
            Assert.Same(asked, hand.Of(Owner, 1, Set));
        }
        Assert.NotSame(idle, hand.Of(OwnerName.Of("idle"), 1, Set));
    }

    private static RecordSet Addresses(byte last) => new(RecordType.A, 60, [[192, 0, 2, last]]);
}

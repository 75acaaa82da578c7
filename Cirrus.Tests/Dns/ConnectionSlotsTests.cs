using System.Net;
using Cirrus.Dns.Server;

namespace Cirrus.Tests.Dns;

public sealed class ConnectionSlotsTests
{
    private static readonly TimeSpan Long = ConnectionSlots.InUse * 2;

    private readonly ConnectionSlots _slots = new();

    [Fact]
    public void A_stranger_has_a_few_and_others_have_theirs()
    {
        var kept = Enumerable.Range(0, ConnectionSlots.PerStranger).Select(_ => Stranger(1)).ToList();
        Assert.All(kept, h => Assert.True(_slots.TryTake(h)));
        Assert.False(_slots.TryTake(Stranger(1)));
        Assert.True(_slots.TryTake(Stranger(2)));

        _slots.Release(kept[0]);
        Assert.True(_slots.TryTake(Stranger(1)));
    }

    [Fact]
    public void One_that_may_transfer_displaces_a_stranger_in_use_before_one_of_its_own()
    {
        var stranger = Stranger(1, hasAsked: true);
        Assert.True(_slots.TryTake(stranger));
        var others = Fill(ConnectionSlots.Total - 1, () => Secondary(Long));
        Assert.True(_slots.TryTake(Secondary()));
        Assert.True(stranger.Closed);
        Assert.DoesNotContain(others, h => h.Closed);
    }

    [Fact]
    public void Of_those_that_may_transfer_the_oldest_that_has_asked_nothing_goes_first()
    {
        var idle = Secondary(Long * 2, hasAsked: true);
        var older = Secondary(TimeSpan.FromSeconds(1));
        var newer = Secondary(TimeSpan.FromMilliseconds(1));
        Assert.All([idle, newer, older], h => Assert.True(_slots.TryTake(h)));
        Fill(ConnectionSlots.Total - 3, () => Secondary(hasAsked: true));

        Holder[] inOrder = [older, newer, idle];
        for (var i = 0; i < inOrder.Length; i++)
        {
            Assert.True(_slots.TryTake(Secondary(hasAsked: true)));
            Assert.Equal(i + 1, inOrder.TakeWhile(h => h.Closed).Count());
        }
        Assert.False(_slots.TryTake(Secondary()));
    }

    [Fact]
    public void A_stranger_displaces_none_that_may_transfer()
    {
        var secondaries = Fill(ConnectionSlots.Total, () => Secondary(Long));
        Assert.False(_slots.TryTake(Stranger(1)));
        Assert.DoesNotContain(secondaries, h => h.Closed);
    }

    private static Holder Stranger(byte last, bool hasAsked = false) => new(new IPAddress([192, 0, 2, last]), false, hasAsked, default);

    private static Holder Secondary(TimeSpan idle = default, bool hasAsked = false) => new(IPAddress.Loopback, true, hasAsked, idle);

    private List<Holder> Fill(int slots, Func<Holder> make)
    {
        var holders = Enumerable.Range(0, slots).Select(_ => make()).ToList();
        Assert.All(holders, h => Assert.True(_slots.TryTake(h)));
        return holders;
    }

    private sealed class Holder(IPAddress client, bool mayTransfer, bool hasAsked, TimeSpan idle) : ISlotHolder
    {
        public IPAddress Client => client;
        public bool MayTransfer => mayTransfer;
        public bool HasAsked => hasAsked;
        public TimeSpan Idle => idle;
        public bool Closed { get; private set; }

        public void Dispose() => Closed = true;
    }
}

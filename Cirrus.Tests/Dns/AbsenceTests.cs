using Cirrus.Core.Changes;
using Cirrus.Core.Domains;
using Cirrus.Core.Nodes;
using Cirrus.Dns.Steering;
using Cirrus.Dns.Zones;
using Microsoft.Extensions.Time.Testing;

namespace Cirrus.Tests.Dns;

/// <summary>Since when a node is not named, and for how long answers that named it hold.</summary>
public sealed class AbsenceTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_node_is_noted_when_it_is_named_no_more_and_forgotten_when_it_is_again()
    {
        var named = Naming.After(null, At(1), [("edge-1", true, 60)]);
        Assert.Null(named.AbsenceOf("edge-1", null));
        var gone = Naming.After(named, At(2), [("edge-1", false, 60)]);
        var noted = gone.AbsenceOf("edge-1", null);
        Assert.Equal(new Absence(At(2), 60, null), noted);

        // Later zones change nothing of it, nor does what was noted of its end.
        var later = Naming.After(gone, At(3), [("edge-1", false, 5)]);
        Assert.Equal(noted, later.AbsenceOf("edge-1", noted));
        var over = noted! with { Over = DateTimeOffset.UnixEpoch };
        Assert.Equal(over, later.AbsenceOf("edge-1", over));
        Assert.Null(Naming.After(later, At(4), [("edge-1", true, 60)]).AbsenceOf("edge-1", over));

        // Named between two looks: what was noted before is of another time.
        var again = Naming.After(Naming.After(later, At(4), [("edge-1", true, 60)]), At(5), [("edge-1", false, 7)]);
        Assert.Equal(new Absence(At(5), 7, null), again.AbsenceOf("edge-1", over));
    }

    [Fact]
    public void A_process_that_begins_believes_what_was_noted_before()
    {
        var begun = Naming.After(null, At(9), [("edge-1", false, 60), ("edge-2", false, 60)]);
        var noted = new Absence(At(2), 30, DateTimeOffset.UnixEpoch);
        Assert.Equal(noted, begun.AbsenceOf("edge-1", noted));
        Assert.Equal(new Absence(At(9), 60, null), begun.AbsenceOf("edge-2", null));
        // Of a node that the zone does not know yet nothing is known.
        Assert.Null(begun.AbsenceOf("edge-3", null));
    }

    [Fact]
    public void Answers_hold_as_long_as_the_longest_that_may_have_named_the_node()
    {
        var draft = new ZoneDraft(TestZone.Input([], Node("edge-1", null), Node("edge-2", ["video"])), _time);
        Assert.Equal([0, 0], Times(draft));
        draft.Put("a.test", TestZone.Led());
        draft.Put("b.test", TestZone.Led(null, new DomainSteering { Ttl = 600 }));
        draft.Put("c.test", TestZone.Led(null, new DomainSteering { Ttl = 3600, Pool = "video" }));
        Assert.Equal([600, 3600], Times(draft));

        // What is led elsewhere, for less long or no more is still known to resolvers for a while.
        draft.Put("b.test", TestZone.Led());
        draft.Remove("c.test");
        Assert.Equal([600, 3600], Times(draft));
        _time.Advance(TimeSpan.FromSeconds(600) + TimeSpan.FromMinutes(1.1));
        Assert.Equal([60, 3600], Times(draft));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal([60, 0], Times(draft));
    }

    private static int[] Times(ZoneDraft draft) => [.. draft.Named().Select(n => n.Ttl)];

    private static NodeView Node(string id, IReadOnlyList<string>? pools)
    {
        var view = TestZone.Node(id, NodeHealth.Up, "192.0.2.1");
        return view with { Node = view.Node with { Pools = pools } };
    }

    private static ChangeId At(long milliseconds) => new(milliseconds, 0);
}

using Cirrus.Core.Acme;
using Cirrus.Core.Changes;
using Cirrus.Core.Domains;
using Cirrus.Core.Nodes;
using Cirrus.Core.Steering;
using Cirrus.Dns.Zones;
using CsCheck;

namespace Cirrus.Tests.Dns;

/// <summary>A zone kept up to date piece by piece is the zone built at once, and its differences lead from one to the other.</summary>
public sealed class ZoneDraftTests
{
    private static readonly Gen<TlsGate?> Gate = Gen.Int[0, 6].Select(p => p == 0 ? null : new TlsGate(p == 1 ? null : new ChangeId(p, 0), p % 2 == 0));

    // Of every ten domains most ask for nothing, some for a pool or a region without a node.
    private static readonly Gen<DomainSteering?> Steering = Gen.Frequency(
        (2, Gen.Const((DomainSteering?)null)),
        (1, Gen.Select(Gen.Int[1, 3], Gen.Int[1, 2], Gen.Int[0, 2], Gen.Int[0, 3], (nodes, ttl, pool, regions) => (DomainSteering?)new DomainSteering
        {
            Nodes = nodes,
            Ttl = ttl * 30,
            Pool = pool == 0 ? null : $"pool-{pool}",
            Regions = regions == 0 ? null : [.. Enumerable.Range(1, regions).Select(r => $"region-{r}")],
        })));

    private static readonly Gen<SteeredDomain> Domain = Gen.Select(Gate, Steering, Gen.OneOf("", "0 issue a.test"), (gate, steering, caa) => TestZone.Led(gate, steering) with { Caa = caa });

    private static readonly Gen<Node> Document = Gen.Select(
        Gen.Int[1, 9], Gen.Int[1, 2], Gen.Int[1, 3], Gen.Int[0, 2], Gen.Int[1, 3], Gen.Enum<NodeState>(), (i, net, weight, pool, region, state) => new Node
        {
            Id = $"edge-{i}",
            Addresses = [$"192.0.{net}.{i}"],
            Weight = weight,
            Pools = pool == 0 ? null : [NodeGroup.DefaultPool, $"pool-{pool}"],
            Region = $"region-{region}",
            State = state,
        });

    private static readonly Gen<NodeView[]> Nodes =
        Gen.Select(Document, Gen.Enum<NodeHealth>(), Gen.Int[0, 6], (node, health, applied) => TestZone.Node(node.Id, health)
            .HavingApplied(new ChangeId(applied, 0)) with
        { Node = node })
        .Array[0, 8].Select(n => n.DistinctBy(v => v.Node.Id).ToArray());

    private static readonly Gen<Challenge[]> Challenges =
        Gen.Select(Gen.Int[1, 12], Gen.Int[1, 4], Gen.Int[1, 3].Array[0, 3]).Array[0, 4].Select(all => all
            .Select(c => new Challenge($"www{c.Item1}.example.com", $"www{c.Item2}.example.com", [.. c.Item3.Select(v => $"value{v}")])).ToArray());

    private static readonly Gen<Action<Pieces>> Step = Gen.OneOf<Action<Pieces>>(
        Gen.Select(Gen.Int[1, 10], Domain).Select<(int, SteeredDomain), Action<Pieces>>(x => p => p.Put($"www{x.Item1}.example.com", x.Item2)),
        Gen.Int[1, 10].Select<int, Action<Pieces>>(i => p => p.Remove($"www{i}.example.com")),
        Nodes.Select<NodeView[], Action<Pieces>>(n => p => p.Put(n)),
        Challenges.Select<Challenge[], Action<Pieces>>(c => p => p.Put(c)));

    [Fact]
    public void Pieces_in_any_order_make_the_zone_that_is_built_of_them_at_once() => Step.Array[1, 12].Sample(steps =>
    {
        var pieces = new Pieces();
        foreach (var step in steps)
        {
            step(pieces);
            var built = ZoneBuilder.Build(pieces.Input);
            Assert.Equal(TestZone.Lines(built), TestZone.Lines(pieces.Draft.Content));
            Assert.Equal(built.Digest, pieces.Draft.Content.Digest);
            Assert.Equal((built.Count, built.Length), (pieces.Draft.Content.Count, pieces.Draft.Content.Length));
        }
    });

    [Fact]
    public void Thousands_of_domains_that_all_cores_work_on_make_the_zone_that_they_make_one_by_one()
    {
        string[] domains = [.. Enumerable.Range(1, 2500).Select(i => $"www{i}.example.com")];
        NodeView[] nodes = [.. Enumerable.Range(1, 9).Select(i => TestZone.Node($"edge-{i}", NodeHealth.Up, $"192.0.2.{i}"))];
        var built = ZoneBuilder.Build(TestZone.Input(domains, nodes));
        var draft = new ZoneDraft(TestZone.Input([], nodes));
        foreach (var domain in domains)
        {
            draft.Put(domain, TestZone.Led());
            Assert.NotEqual(built.Digest == draft.Content.Digest, domain != domains[^1]);
        }
        Assert.Empty(built.ChangesSince(draft.Content));
    }

    [Fact]
    public void Differences_lead_from_each_zone_to_a_later_one_also_joined_and_written_down() => Step.Array[1, 12].Sample(steps =>
    {
        var pieces = new Pieces();
        var (zones, journal) = (new List<ZoneContent> { pieces.Draft.Content }, ZoneJournal.Empty);
        foreach (var step in steps)
        {
            step(pieces);
            var written = JournalFormat.Write(pieces.Draft.Content.ChangesSince(zones[^1]));
            journal = journal.With(
                new ZoneDifference((uint)zones.Count, (uint)zones.Count + 1, JournalFormat.Read(written), written.Length), new(100, 1 << 20));
            zones.Add(pieces.Draft.Content);
        }
        for (var i = 0; i < steps.Length; i++)
        {
            var later = zones[i].With([.. journal.Since((uint)i + 1)!.Select(c => (c.Owner, c.After))]);
            Assert.Equal(zones[^1].Digest, later.Digest);
            Assert.Empty(later.ChangesSince(zones[^1]));
        }
    });

    [Fact]
    public void Another_node_is_chosen_just_where_choosing_again_would_choose_it() => Gen.Select(Nodes, Nodes, Steering).Sample((before, after, steering) =>
    {
        var lead = TestZone.Led(null, steering).Lead;
        NodeView[] kept = [.. after.Select(v => before.FirstOrDefault(b => b.Node.Id == v.Node.Id && b.Node.Weight == v.Node.Weight) is { } same ? v with { Node = same.Node } : v)];
        var (from, to) = (new Assignment(new ZoneOptions(), before), new Assignment(new ZoneOptions(), kept));
        var change = to.Since(from);
        foreach (var name in Enumerable.Range(0, 30).Select(i => from.NameOf($"www{i}")))
        {
            if (!change.MayMove(name, lead, from.OfName(name, lead)))
                Assert.Equal(from.OfName(name, lead), to.OfName(name, lead));
        }
    });

    [Fact]
    public void A_change_is_found_without_looking_at_the_rest_of_the_zone()
    {
        var draft = new ZoneDraft(TestZone.Input([.. Enumerable.Range(0, 5_000).Select(i => $"www{i}.example.com")]));
        var before = draft.Content;
        draft.Put("www.example.com", TestZone.Led());
        var change = Assert.Single(draft.Content.ChangesSince(before));
        Assert.Null(change.Before);
        Assert.Equal(OwnerName.Of(AccessName.Label("www.example.com")), change.Owner);
    }

    /// <summary>The same pieces one after the other in a draft, and as they are in the end.</summary>
    private sealed class Pieces
    {
        private readonly Dictionary<string, SteeredDomain> _domains = [];

        public ZoneInput Input { get; private set; } = TestZone.Input([]);
        public ZoneDraft Draft { get; } = new(TestZone.Input([]));

        public void Put(string name, SteeredDomain domain)
        {
            _domains[name] = domain;
            Draft.Put(name, domain);
            Input = Input with { Domains = _domains };
        }

        public void Remove(string name)
        {
            _domains.Remove(name);
            Draft.Remove(name);
            Input = Input with { Domains = _domains };
        }

        public void Put(NodeView[] nodes)
        {
            Draft.Put(nodes);
            Input = Input with { Nodes = nodes };
        }

        public void Put(Challenge[] challenges)
        {
            Draft.Put(challenges);
            Input = Input with { Challenges = challenges };
        }
    }
}

using Cirrus.Core.Nodes;
using Cirrus.Dns.Direct;
using Cirrus.Dns.Zones;
using CsCheck;

namespace Cirrus.Tests.Dns.Direct;

/// <summary>Answers brought up to date change by change are those that are written at once.</summary>
public sealed class AnswerTableTests
{
    private static readonly Regions Regions = new(new DirectOptions
    {
        Continents = new Dictionary<string, string> { ["EU"] = "europe", ["NA"] = "america" },
    });

    private static readonly Gen<NodeView[]> Nodes = Gen.Select(Gen.Int[1, 9], Gen.Enum<NodeHealth>(), Gen.Int[0, 2].Select(r => new[] { "", "europe", "america" }[r])).Array[0, 8].Select(
        all => all.DistinctBy(n => n.Item1).Select(n => In(n.Item3, TestZone.Node($"edge-{n.Item1}", n.Item2, $"192.0.2.{n.Item1}", $"2001:db8::{n.Item1}"))).ToArray());

    // Few names, or so many that shards come and go.
    private static readonly Gen<(int First, int Count)> Some = Gen.Select(Gen.Int[0, 1500], Gen.Frequency((3, Gen.Int[0, 3]), (1, Gen.Int[0, 1500])));

    private static readonly Gen<Action<Pieces>> Step = Gen.OneOf<Action<Pieces>>(
        Some.Select<(int First, int Count), Action<Pieces>>(s => p => p.Put(s.First, s.Count)),
        Some.Select<(int First, int Count), Action<Pieces>>(s => p => p.Remove(s.First, s.Count)),
        Nodes.Select<NodeView[], Action<Pieces>>(n => p => p.Put(n)),
        Gen.Int[1, 3].Select<int, Action<Pieces>>(i => p => p.PutServer(i)));

    [Fact]
    public void A_table_updated_by_changes_is_the_table_of_the_zone() => Step.Array[1, 8].Sample(
        steps =>
        {
            var pieces = new Pieces();
            var before = pieces.Source(1);
            var table = AnswerTableBuilder.Build(before.Zone, before.Regional);
            for (var i = 0; i < steps.Length; i++)
            {
                steps[i](pieces);
                var now = pieces.Source((uint)i + 2);
                table = AnswerTableBuilder.Update(table, before, now, out _);
                before = now;
                var built = AnswerTableBuilder.Build(now.Zone, now.Regional);
                Assert.Equal(built.Count, table.Count);
                Assert.Equal(Entries(built), Entries(table));
                Assert.All(Entries(built).Keys, name => Assert.True(Exists(table, name), name));
            }
        },
        iter: 40);

    [Fact]
    public void Where_one_name_differs_all_shards_but_two_are_shared()
    {
        var pieces = new Pieces();
        pieces.Put(0, 5000);
        var before = pieces.Source(1);
        var table = AnswerTableBuilder.Build(before.Zone);
        pieces.Put(5000, 1);
        var updated = AnswerTableBuilder.Update(table, before with { Regional = null }, pieces.Source(2) with { Regional = null }, out var names);

        Assert.Equal(2, names);
        Assert.InRange(table.Shards.Except(updated.Shards).Count(), 1, 2);
        Assert.True(table.Shards.Length > 8);
        Assert.Equal(table.Count + 1, updated.Count);
    }

    // An entry tells nothing of where it is.
    private static SortedDictionary<string, string> Entries(AnswerTable table)
    {
        var entries = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var shard in table.Shards)
        {
            for (var at = 0; at < shard.Octets.Length; at += shard.EntryAt(at).Length)
                entries.Add(Convert.ToHexString(AnswerShard.NameOf(shard.EntryAt(at))), Convert.ToHexString(shard.EntryAt(at)));
        }
        return entries;
    }

    private static bool Exists(AnswerTable table, string name)
    {
        var octets = Convert.FromHexString(name);
        var buffer = new byte[WireName.BufferLength];
        WireName.Lower(octets, buffer);
        return table.Find(buffer, octets.Length).Exist;
    }

    private static NodeView In(string region, NodeView view) => view with { Node = view.Node with { Region = region } };

    private sealed class Pieces
    {
        private readonly ZoneDraft _draft = new(TestZone.Input([]));

        public AnswerSource Source(uint serial) =>
            new(new ZoneSnapshot(_draft.Content, serial, TestZone.Change), new RegionalAddresses(_draft.Input, Regions));

        public void Put(int first, int count)
        {
            for (var i = first; i < first + count; i++)
                _draft.Put($"www{i}.example.com", TestZone.Led());
        }

        public void Remove(int first, int count)
        {
            for (var i = first; i < first + count; i++)
                _draft.Remove($"www{i}.example.com");
        }

        public void Put(NodeView[] nodes) => _draft.Put(nodes);

        // The zone's own answers have the addresses beside them.
        public void PutServer(int address) => _draft.Put([new NameServer("ns1", [System.Net.IPAddress.Parse($"192.0.2.{address}")]), _draft.NameServers[1]]);
    }
}

using Cirrus.Core.Nodes;
using Cirrus.Core.Steering;
using CsCheck;

namespace Cirrus.Tests.Core;

/// <summary>A node that comes, goes or is weighed anew moves the names it wins or held, and no others.</summary>
public sealed class SteeringShareTests
{
    private const int Names = 4_000;

    // Whatever they are called: the names of a case differ from those of the next.
    private static readonly Gen<(int[] Weights, int Count, int Seed)> Fleets =
        Gen.Select(Gen.Int[1, 400].Array[2, 24], Gen.Int[1, 4], Gen.Int[0, 1_000_000]);

    [Fact]
    public void A_node_that_goes_moves_just_the_names_that_named_it() => Fleets.Sample((weights, count, seed) =>
    {
        var (all, without) = (Selection(weights), Selection(weights[..^1]));
        foreach (var name in NamesOf(seed, 200))
        {
            var (before, after) = (all.Choose(name, count), without.Choose(name, count));
            // The others stay in their order, and one comes in its place.
            Assert.Equal(before.Where(n => n.Id != Last(weights)).Select(n => n.Id), after.Take(before.Count(n => n.Id != Last(weights))).Select(n => n.Id));
            Assert.Equal(Math.Min(count, weights.Length - 1), after.Count);
        }
    });

    [Fact]
    public void A_node_that_comes_pushes_in_and_moves_nothing_between_the_others() => Fleets.Sample((weights, count, seed) =>
    {
        var (before, after) = (Selection(weights[..^1]), Selection(weights));
        foreach (var name in NamesOf(seed, 200))
        {
            var now = after.Choose(name, count).Select(n => n.Id).Where(id => id != Last(weights)).ToList();
            Assert.Equal(now, before.Choose(name, count).Take(now.Count).Select(n => n.Id));
        }
    });

    [Fact]
    public void Another_weight_moves_names_only_to_the_node_or_only_from_it() =>
        Gen.Select(Fleets, Gen.Int[1, 400]).Sample((fleet, weight) =>
        {
            var (weights, count, seed) = fleet;
            var (before, after) = (Selection(weights), Selection([.. weights[..^1], weight]));
            foreach (var name in NamesOf(seed, 200))
            {
                var (was, now) = (before.Choose(name, count).Select(n => n.Id).ToList(), after.Choose(name, count).Select(n => n.Id).ToList());
                if (was.Contains(Last(weights)) == now.Contains(Last(weights)))
                    Assert.Equal(was.Order(StringComparer.Ordinal), now.Order(StringComparer.Ordinal));
                else
                    Assert.Equal(weight > weights[^1], now.Contains(Last(weights)));
            }
        });

    [Fact]
    public void The_share_moved_is_the_share_of_the_weight() => Fleets.Sample(
        fleet =>
        {
            var (weights, _, seed) = fleet;
            var (without, with) = (Selection(weights[..^1]), Selection(weights));
            var moved = NamesOf(seed, Names).Count(n => without.Choose(n, 1)[0].Id != with.Choose(n, 1)[0].Id);
            var share = weights[^1] / (double)weights.Sum();
            // Six standard deviations: one case in a billion would fail by chance.
            Assert.InRange(moved / (double)Names, share - Tolerance(share), share + Tolerance(share));
        },
        iter: 40);

    private static double Tolerance(double share) => 6 * Math.Sqrt(share * (1 - share) / Names);

    private static string Last(int[] weights) => $"edge-{weights.Length - 1}";

    private static NodeSelection Selection(int[] weights) => new(weights.Select((weight, i) => new NodeView(
        new Node { Id = $"edge-{i}", Addresses = ["192.0.2.1"], Weight = weight }, NodeStatus.Unknown with { Health = NodeHealth.Up })));

    private static IEnumerable<ulong> NamesOf(int seed, int count) =>
        Enumerable.Range(0, count).Select(i => Rendezvous.Hash($"name-{seed}-{i}.cdn.example.test"));
}

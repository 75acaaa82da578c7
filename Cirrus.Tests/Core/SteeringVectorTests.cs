using System.Text.Json;
using Cirrus.Core.Nodes;
using Cirrus.Core.Steering;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Core;

/// <summary>The published test vectors, which another program made from the formula in docs/dns.md.</summary>
public sealed class SteeringVectorTests
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    private static readonly Vectors Published =
        JsonSerializer.Deserialize<Vectors>(File.ReadAllText(Repository.At("docs/steering-vectors.json")), Web)!;

    [Fact]
    public void Names_hashes_and_scores_are_the_published_ones()
    {
        Assert.NotEmpty(Published.Cases);
        foreach (var vector in Published.Cases)
        {
            var name = Rendezvous.Hash(vector.AccessName);
            Assert.Equal((vector.AccessName, vector.Hash), (AccessName.For(vector.Domain, Published.Zone), $"{name:x16}"));
            foreach (var node in vector.Nodes)
            {
                var id = Rendezvous.Hash(node.Id);
                Assert.Equal(node.Hash, $"{id:x16}");
                Assert.Equal(node.Draw, Rendezvous.Draw(name, Rendezvous.Mix(id)));
                Assert.Equal(node.Score, Rendezvous.Score(name, id, node.Weight), node.Score * 1e-12);
            }
        }
    }

    [Fact]
    public void The_order_in_which_nodes_are_chosen_is_the_published_one()
    {
        foreach (var vector in Published.Cases)
        {
            var selection = new NodeSelection(vector.Nodes.OrderBy(n => n.Id, StringComparer.Ordinal).Select(n => new NodeView(
                new Node { Id = n.Id, Addresses = ["192.0.2.1"], Weight = n.Weight }, NodeStatus.Unknown with { Health = NodeHealth.Up })));
            for (var count = 1; count <= vector.Nodes.Count; count++)
                Assert.Equal(vector.Nodes.Take(count).Select(n => n.Id), selection.Choose(vector.AccessName, count).Select(n => n.Id));
        }
    }

    private sealed record Vectors(string Zone, IReadOnlyList<Case> Cases);

    private sealed record Case(string Domain, string AccessName, string Hash, IReadOnlyList<Scored> Nodes);

    private sealed record Scored(string Id, int Weight, string Hash, double Draw, double Score);
}

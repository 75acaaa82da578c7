using Cirrus.Core.Changes;
using Cirrus.Core.Domains;
using Cirrus.Core.Nodes;
using Cirrus.Core.Steering;
using CsCheck;

namespace Cirrus.Tests.Core;

public sealed class TlsGateTests
{
    private static readonly Gen<TlsGate> Gate = Gen.Select(
        Gen.Int[0, 9], Gen.Bool, (present, hold) => new TlsGate(present == 0 ? null : new ChangeId(present, 0), hold));

    private static readonly Gen<IReadOnlyList<NodeView>> Nodes = Gen.Select(Gen.Enum<NodeHealth>(), Gen.Enum<NodeState>(), Gen.Int[0, 9]).Array[0, 6]
        .Select(drawn => (IReadOnlyList<NodeView>)[.. drawn.Select((d, i) => new NodeView(
            new Node { Id = $"edge-{i}", Addresses = [], State = d.Item2 },
            NodeStatus.Unknown with { Health = d.Item1, Served = true, Since = DateTimeOffset.UnixEpoch, Applied = new ChangeId(d.Item3, 0) }))]);

    // What the chosen nodes a, b, c have applied; 0 for a certificate that is not there.
    [Theory]
    [InlineData(0, true, new[] { 5, 6, 7 }, "", Awaited.Certificate)]
    [InlineData(0, false, new[] { 5, 6, 7 }, "a b c", null)]
    [InlineData(8, true, new[] { 5, 6, 7 }, "", Awaited.Nodes)]
    [InlineData(8, false, new[] { 5, 6, 7 }, "a b c", null)]
    [InlineData(6, true, new[] { 5, 6, 7 }, "b c", Awaited.Nodes)]
    [InlineData(6, false, new[] { 5, 6, 7 }, "b c", Awaited.Nodes)]
    [InlineData(5, true, new[] { 5, 6, 7 }, "a b c", null)]
    [InlineData(5, false, new[] { 5, 6, 7 }, "a b c", null)]
    [InlineData(5, true, new int[0], "", null)]
    [InlineData(0, true, new int[0], "", null)]
    public void Those_pass_that_have_the_certificate_or_all_when_nothing_is_held(
        int present, bool hold, int[] applied, string named, Awaited? awaited)
    {
        var gate = new TlsGate(present == 0 ? null : new ChangeId(present, 0), hold);
        Node[] chosen = [.. "abc".Take(applied.Length).Select(id => new Node { Id = $"{id}", Addresses = [] })];
        var passed = gate.Pass(chosen, chosen.Zip(applied).ToDictionary(p => p.First.Id, p => new ChangeId(p.Second, 0)));

        Assert.Equal(named, string.Join(' ', passed.Select(n => n.Id)));
        Assert.Equal(awaited, gate.Awaits(chosen, passed));
    }

    [Fact]
    public void No_node_is_named_without_the_certificate_unless_none_has_it_and_clients_are_there_already() =>
        Gen.Select(Nodes, Gate, Gen.Int[1, 4]).Sample((nodes, gate, perDomain) =>
        {
            var applied = nodes.ToDictionary(v => v.Node.Id, v => v.Status.Applied);
            var assignment = new Assignment(new ZoneOptions { NodesPerDomain = perDomain }, nodes);
            var lead = Lead.Of(null, new ZoneOptions { NodesPerDomain = perDomain });
            var chosen = assignment.OfLabel("www", lead);
            var named = assignment.Named(chosen, gate);

            var have = chosen.Where(n => gate.Present is { } present && applied[n.Id] >= present).ToList();
            Assert.Equal(have.Count > 0 || gate.Hold ? have : chosen, named);
            Assert.Equal(chosen, assignment.Named(chosen, null));
        });

    [Theory]
    [InlineData(CertificateOrigin.None, false)]
    [InlineData(CertificateOrigin.Acme, true)]
    [InlineData(CertificateOrigin.Own, true)]
    public void Only_a_domain_that_wants_TLS_has_a_gate(CertificateOrigin origin, bool has)
    {
        Assert.Equal(has ? new TlsGate(null, true) : null, TlsGate.Of(new DomainTls { Certificate = origin, HoldDns = true }, null));
        Assert.Null(TlsGate.Of(null, new ChangeId(1, 0)));
    }
}

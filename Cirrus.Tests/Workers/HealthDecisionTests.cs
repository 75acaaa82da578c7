using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;
using Cirrus.Workers.Health;
using CsCheck;

namespace Cirrus.Tests.Workers;

public sealed class HealthDecisionTests
{
    private static readonly HealthOptions Options = new();
    private static readonly ChangeId Tail = new(2000, 0);
    private static readonly ProbeResult Fine = new("", Tail, "0.1.0");
    private static readonly LogStanding Current = new(Tail, TimeSpan.Zero);

    // + succeeds, - fails; the word is the health after each.
    [Theory]
    [InlineData(NodeHealth.Unknown, "+", "Unknown")]
    [InlineData(NodeHealth.Unknown, "++", "Unknown Up")]
    [InlineData(NodeHealth.Unknown, "--", "Unknown Down")]
    [InlineData(NodeHealth.Unknown, "+-+-", "Unknown Unknown Unknown Unknown")]
    [InlineData(NodeHealth.Up, "-", "Up")]
    [InlineData(NodeHealth.Up, "--", "Up Down")]
    [InlineData(NodeHealth.Up, "-+-+--", "Up Up Up Up Up Down")]
    [InlineData(NodeHealth.Down, "+-++", "Down Down Down Up")]
    [InlineData(NodeHealth.Down, "---", "Down Down Down")]
    public void Health_turns_only_after_several_probes_in_a_row(NodeHealth start, string probes, string expected)
    {
        var decision = new HealthDecision(start);
        var seen = probes.Select(p => decision = decision.After(p == '+' ? Fine : new ProbeResult("connection refused"), Current, Options));
        Assert.Equal(expected, string.Join(' ', seen.Select(d => d.Health)));
    }

    [Fact]
    public void Health_turns_exactly_when_so_many_probes_in_a_row_agree() =>
        Gen.Select(Gen.Bool.List[0, 60], Gen.Int[1, 5], Gen.Int[1, 5], Gen.Enum<NodeHealth>())
            .Sample((probes, failures, successes, start) =>
            {
                var options = new HealthOptions { FailuresToDown = failures, SuccessesToUp = successes };
                var decision = new HealthDecision(start);
                var history = new List<bool>();
                foreach (var success in probes)
                {
                    var before = decision.Health;
                    decision = decision.After(success ? Fine : new ProbeResult("status 500"), Current, options);
                    history.Add(success);
                    var run = Enumerable.Reverse(history).TakeWhile(p => p == success).Count();
                    var wanted = success ? NodeHealth.Up : NodeHealth.Down;
                    Assert.Equal(run >= (success ? successes : failures) ? wanted : before, decision.Health);
                }
            });

    [Theory]
    [InlineData(1.9, "")]
    [InlineData(2.0, "")]
    [InlineData(3.2, "behind the change log by 3.2 s")]
    public void A_node_that_is_up_may_be_behind_for_as_long_as_the_lag(double seconds, string error)
    {
        var behind = new ProbeResult("", new ChangeId(1, 0));
        var decision = new HealthDecision(NodeHealth.Up).After(behind, new LogStanding(Tail, TimeSpan.FromSeconds(seconds)), Options);
        Assert.Equal(error, decision.Error);
        Assert.Equal(error.Length == 0 ? 0 : 1, decision.Failures);
    }

    [Theory]
    [InlineData(NodeHealth.Unknown)]
    [InlineData(NodeHealth.Down)]
    public void A_node_that_is_not_up_must_have_applied_everything(NodeHealth start)
    {
        var behind = new ProbeResult("", new ChangeId(1999, 9));
        var decision = new HealthDecision(start, Successes: 1).After(behind, Current, Options);
        Assert.NotEqual(NodeHealth.Up, decision.Health);
        Assert.Equal("behind the change log: applied 1999-9 of 2000-0", decision.Error);
        Assert.Equal(NodeHealth.Up, decision.After(Fine, Current, Options).After(Fine, Current, Options).Health);
    }

    [Theory]
    [InlineData(NodeHealth.Unknown)]
    [InlineData(NodeHealth.Down)]
    public void Nothing_turns_up_while_the_log_cannot_be_read(NodeHealth start)
    {
        var decision = new HealthDecision(start);
        for (var i = 0; i < 5; i++)
            decision = decision.After(Fine, new LogStanding(null, TimeSpan.Zero), Options);
        Assert.Equal(start, decision.Health);
        Assert.Equal(0, decision.Failures + decision.Successes);
    }

    [Fact]
    public void Every_address_must_answer_and_the_one_furthest_behind_counts()
    {
        var slow = new ProbeResult("", new ChangeId(1500, 0), "0.1.0");
        Assert.Equal(slow, ProbeResult.Of([("192.0.2.1", Fine), ("192.0.2.2", slow)]));
        var failed = ProbeResult.Of([("192.0.2.1", Fine), ("192.0.2.2", new ProbeResult("connection refused"))]);
        Assert.Equal("192.0.2.2: connection refused", failed.Error);
        Assert.Equal("connection refused", ProbeResult.Of([("192.0.2.2", new ProbeResult("connection refused"))]).Error);
    }

    [Fact]
    public void An_address_without_a_route_from_here_is_left_out_while_another_answers()
    {
        var unroutable = new ProbeResult("no route to the address", Unroutable: true);
        Assert.Equal(Fine, ProbeResult.Of([("2001:db8::1", unroutable), ("192.0.2.1", Fine)]));
        Assert.False(ProbeResult.Of([("2001:db8::1", unroutable)]).Answered);
        Assert.False(ProbeResult.Of([("2001:db8::1", unroutable), ("192.0.2.1", new ProbeResult("status 500"))]).Answered);
    }
}

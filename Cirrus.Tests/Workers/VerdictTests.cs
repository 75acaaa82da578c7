using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;
using Cirrus.Workers.Health;
using CsCheck;

namespace Cirrus.Tests.Workers;

public sealed class VerdictTests
{
    private static readonly ChangeId Turned = new(2000, 0);
    private static readonly Node Node = new() { Id = "edge-1", Addresses = ["192.0.2.1"], CreatedAt = DateTimeOffset.UnixEpoch };

    // Of each living worker: u sees it up, o saw it up before its health last turned, d sees it down, ? has seen too little, - has no vote,
    // x saw it down at another address.
    [Theory]
    [InlineData(NodeHealth.Up, "d", NodeHealth.Down)]
    [InlineData(NodeHealth.Down, "u", NodeHealth.Up)]
    [InlineData(NodeHealth.Unknown, "u", NodeHealth.Up)]
    [InlineData(NodeHealth.Unknown, "?", NodeHealth.Unknown)]
    [InlineData(NodeHealth.Up, "ud", NodeHealth.Up)]
    [InlineData(NodeHealth.Down, "ud", NodeHealth.Down)]
    [InlineData(NodeHealth.Up, "dd", NodeHealth.Down)]
    [InlineData(NodeHealth.Up, "uud", NodeHealth.Up)]
    [InlineData(NodeHealth.Up, "udd", NodeHealth.Down)]
    [InlineData(NodeHealth.Down, "uud", NodeHealth.Up)]
    [InlineData(NodeHealth.Down, "uod", NodeHealth.Down)]
    [InlineData(NodeHealth.Down, "o", NodeHealth.Down)]
    [InlineData(NodeHealth.Up, "d-?", NodeHealth.Up)]
    [InlineData(NodeHealth.Up, "xx-", NodeHealth.Up)]
    [InlineData(NodeHealth.Unknown, "u-?", NodeHealth.Unknown)]
    [InlineData(NodeHealth.Unknown, "uu?", NodeHealth.Up)]
    [InlineData(NodeHealth.Up, "", NodeHealth.Up)]
    public void Health_turns_only_when_more_than_half_of_the_living_workers_see_it_so(NodeHealth health, string views, NodeHealth expected) =>
        Assert.Equal(expected, Verdict.Of(Node, Turned, [.. views.Select(VoterOf)]).Health ?? health);

    [Theory]
    [InlineData("u", "")]
    [InlineData("d", "connection refused")]
    [InlineData("uud", "connection refused (seen by 1 of 3 workers)")]
    [InlineData("udd", "connection refused (seen by 2 of 3 workers)")]
    public void The_reason_says_who_sees_it(string views, string expected) =>
        Assert.Equal(expected, Verdict.Of(Node, Turned, [.. views.Select(VoterOf)]).Reason);

    [Fact]
    public void What_a_minority_sees_turns_nothing() =>
        Gen.Char["ud?-ox"].Array[0, 9].Sample(views =>
        {
            var decided = Verdict.Of(Node, Turned, [.. views.Select(VoterOf)]).Health;
            var agreeing = views.Count(v => v == (decided == NodeHealth.Up ? 'u' : 'd'));
            Assert.True(decided is null || agreeing > views.Length / 2);
        });

    private static Voter VoterOf(char view, int index) =>
        new($"worker-{index}", "1", view == '-' ? [] : new Dictionary<string, Vote> { [Node.Id] = VoteOf(view) });

    private static Vote VoteOf(char view) => new(
        view switch { 'u' or 'o' => NodeHealth.Up, '?' => NodeHealth.Unknown, _ => NodeHealth.Down },
        view is 'd' or 'x' ? "connection refused" : "",
        (view == 'o' ? new ChangeId(1000, 0) : Turned).ToString(),
        Vote.SubjectOf(view == 'x' ? Node with { Addresses = ["192.0.2.2"] } : Node));
}

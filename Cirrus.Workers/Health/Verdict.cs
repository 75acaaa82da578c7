using Cirrus.Core.Nodes;

namespace Cirrus.Workers.Health;

/// <summary>What the views of all living workers make of a node.</summary>
/// <param name="Reason">What speaks against the node, or empty.</param>
internal sealed record Verdict(NodeHealth Health, string Reason)
{
    /// <summary>
    /// Health turns only when more than half of the living workers see it so; a worker that has no view counts as one that does not. What was
    /// seen before the health last turned does not turn it up: whoever says so has to have seen the node catch up since.
    /// </summary>
    public static Verdict Of(Node node, Turn turn, IReadOnlyList<Voter> voters)
    {
        var subject = Vote.SubjectOf(node);
        Vote[] votes = [.. voters.Select(v => v.Votes.GetValueOrDefault(node.Id)).OfType<Vote>().Where(v => v.Subject == subject)];
        var (decided, since) = (turn.Health, turn.Change.ToString());
        if (votes.Count(v => v.Health == NodeHealth.Down) * 2 > voters.Count)
            decided = NodeHealth.Down;
        else if (votes.Count(v => v.Health == NodeHealth.Up && v.Turn == since) * 2 > voters.Count)
            decided = NodeHealth.Up;
        return new Verdict(decided, ReasonOf(votes, voters.Count));
    }

    private static string ReasonOf(Vote[] votes, int voters)
    {
        Vote[] against = [.. votes.Where(v => v.Error.Length > 0)];
        if (against.Length == 0)
            return "";
        var error = (against.FirstOrDefault(v => v.Health == NodeHealth.Down) ?? against[0]).Error;
        return voters == 1 ? error : $"{error} (seen by {against.Length} of {voters} workers)";
    }
}

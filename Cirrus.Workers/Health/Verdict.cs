using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;

namespace Cirrus.Workers.Health;

/// <summary>What the views of all living workers make of a node.</summary>
/// <param name="Health">What more than half of them see; null when they don't agree, and it stays as it is.</param>
/// <param name="Reason">What speaks against the node, or empty.</param>
/// <param name="Up">How many see it up, <paramref name="Down"/>: down, of <paramref name="Workers"/>.</param>
internal sealed record Verdict(NodeHealth? Health, string Reason, int Up, int Down, int Workers)
{
    /// <summary>
    /// Health turns only when more than half of the living workers see it so; a worker that has no view counts as one that does not. What was
    /// seen before the health last turned does not turn it up: whoever says so has to have seen the node catch up since.
    /// </summary>
    public static Verdict Of(Node node, ChangeId turn, IReadOnlyList<Voter> voters)
    {
        var (subject, since) = (Vote.SubjectOf(node), turn.ToString());
        Vote[] votes = [.. voters.Select(v => v.Votes.GetValueOrDefault(node.Id)).OfType<Vote>().Where(v => v.Subject == subject)];
        var down = votes.Count(v => v.Health == NodeHealth.Down);
        var up = votes.Count(v => v.Health == NodeHealth.Up && v.Turn == since);
        NodeHealth? health = down * 2 > voters.Count ? NodeHealth.Down : up * 2 > voters.Count ? NodeHealth.Up : null;
        return new Verdict(health, ReasonOf(votes, voters.Count), up, down, voters.Count);
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

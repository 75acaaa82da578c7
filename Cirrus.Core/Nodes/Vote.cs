using System.Globalization;

namespace Cirrus.Core.Nodes;

/// <summary>What one worker sees of a node: with the views of the others it decides the node's health.</summary>
/// <param name="Health">Decided by that worker's own probes, with hysteresis; unknown: not seen often enough.</param>
/// <param name="Error">Why its last probe failed, or empty.</param>
/// <param name="Turn">The change that last turned the node's health, as far as the worker knew: it was seen since.</param>
/// <param name="Subject">What was probed: <see cref="SubjectOf"/>.</param>
public sealed record Vote(NodeHealth Health, string Error, string Turn, string Subject)
{
    /// <summary>What is seen of a node says nothing of another one of its id, nor of the same one elsewhere.</summary>
    public static string SubjectOf(Node node) =>
        string.Create(CultureInfo.InvariantCulture, $"{node.CreatedAt.ToUnixTimeMilliseconds()} {string.Join(' ', node.Addresses)}");
}

/// <summary>All votes of one living worker, by node.</summary>
/// <param name="Worker">Its name.</param>
/// <param name="Version">Another one whenever a vote is another.</param>
public sealed record Voter(string Worker, string Version, IReadOnlyDictionary<string, Vote> Votes);

using System.Text.RegularExpressions;

namespace Cirrus.Api.Nodes;

/// <summary>The words by which nodes are told apart: names of regions and pools.</summary>
internal static partial class NodeWords
{
    public const string Pattern = "^[a-z0-9-]{1,63}$";
    public const string RegionRule = "A region consists of at most 63 lower-case letters, digits and hyphens.";
    public const string PoolRule = "A pool consists of 1 to 63 lower-case letters, digits and hyphens.";

    /// <summary>What is wrong with the name of a region; null: nothing.</summary>
    public static string? RegionProblem(string text) => Word().IsMatch(text) ? null : RegionRule;

    /// <summary>What is wrong with the name of a pool; null: nothing.</summary>
    public static string? PoolProblem(string text) => Word().IsMatch(text) ? null : PoolRule;

    [GeneratedRegex(Pattern)]
    private static partial Regex Word();
}

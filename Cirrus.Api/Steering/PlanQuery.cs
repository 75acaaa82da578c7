using System.Globalization;
using Cirrus.Api.Nodes;
using Cirrus.Api.Problems;
using Cirrus.Core.Nodes;
using Cirrus.Core.Steering;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cirrus.Api.Steering;

/// <summary>
/// The steps of a plan in a query string. Each parameter may be given several times; the steps are taken in the order in which the
/// parameters stand here.
/// </summary>
/// <param name="Add">A node that does not exist, <c>id</c>, <c>id:weight</c>, or that with <c>:pool</c> and <c>:region</c>; taken to be up.</param>
/// <param name="Weight">Another weight of a node, <c>id:weight</c>.</param>
/// <param name="Activate">The id of a node.</param>
/// <param name="Drain">The id of a node.</param>
/// <param name="Disable">The id of a node.</param>
/// <param name="Quarantine">The id of a node.</param>
/// <param name="Remove">The id of a node.</param>
internal readonly record struct PlanQuery(
    string[]? Add, string[]? Weight, string[]? Activate, string[]? Drain, string[]? Disable, string[]? Quarantine, string[]? Remove)
{
    private const int DefaultWeight = 100;
    private const int MostSteps = 100;

    /// <summary>Reads the steps.</summary>
    /// <param name="known">The nodes that exist.</param>
    /// <returns>The problem, or null.</returns>
    public ProblemHttpResult? TryRead(IEnumerable<NodeView> known, out IReadOnlyList<PlanStep> steps)
    {
        var read = new List<PlanStep>();
        steps = read;
        if (Steps() is not { Count: > 0 and <= MostSteps } given)
            return Nothing();

        var ids = known.Select(v => v.Node.Id).ToHashSet(StringComparer.Ordinal);
        var turned = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (parameter, text) in given)
        {
            var takesWeight = parameter is "add" or "weight";
            // Of a node that exists the document tells where it belongs.
            var (node, place) = parameter == "add" ? Placed(text) : (text, []);
            if (!TryReadNode(node, takesWeight, parameter == "weight", out var id, out var weight)
                || place.Any(w => NodeWords.PoolProblem(w) is not null))
            {
                return Invalid(parameter, takesWeight
                    ? $"'{text}' is not a node's id, a colon and a weight between 1 and 10000." : $"'{text}' is not a node's id.");
            }
            if (parameter == "add" && !ids.Add(id))
                return Invalid(parameter, $"There is a node {id} already.");
            if (!ids.Contains(id))
                return ProblemsExtensions.NotFound($"node {id}");
            if (!takesWeight && !turned.Add(id))
                return Invalid(parameter, $"Node {id} can't be two things at once.");
            read.Add(parameter switch
            {
                "add" => new PlanStep.Add(id, weight, place.ElementAtOrDefault(0) ?? NodeGroup.DefaultPool, place.ElementAtOrDefault(1) ?? ""),
                "weight" => new PlanStep.Weigh(id, weight),
                "activate" => new PlanStep.Turn(id, NodeState.Active),
                "drain" => new PlanStep.Turn(id, NodeState.Draining),
                "disable" => new PlanStep.Turn(id, NodeState.Disabled),
                "quarantine" => new PlanStep.Turn(id, NodeState.Quarantined),
                _ => new PlanStep.Remove(id),
            });
        }
        return null;
    }

    private List<(string Parameter, string Text)> Steps() =>
    [
        .. (Add ?? []).Select(t => ("add", t)), .. (Weight ?? []).Select(t => ("weight", t)), .. (Activate ?? []).Select(t => ("activate", t)),
        .. (Drain ?? []).Select(t => ("drain", t)), .. (Disable ?? []).Select(t => ("disable", t)),
        .. (Quarantine ?? []).Select(t => ("quarantine", t)), .. (Remove ?? []).Select(t => ("remove", t)),
    ];

    private static ProblemHttpResult Nothing()
    {
        string[] parameters = ["add", "weight", "activate", "drain", "disable", "quarantine", "remove"];
        return ProblemsExtensions.Of(ProblemType.Invalid, null, parameters.ToDictionary(
            p => p, _ => new[] { $"Say what to plan: between 1 and {MostSteps} of {string.Join(", ", parameters)}." }));
    }

    private static ProblemHttpResult Invalid(string parameter, string message) =>
        ProblemsExtensions.Of(ProblemType.Invalid, null, new Dictionary<string, string[]> { [parameter] = [message] });

    // What stands after the weight.
    private static (string Node, string[] Place) Placed(string text)
    {
        var parts = text.Split(':');
        return parts.Length > 4 ? (text, []) : (string.Join(':', parts.Take(2)), parts[Math.Min(2, parts.Length)..]);
    }

    private static bool TryReadNode(string text, bool takesWeight, bool needsWeight, out string id, out int weight)
    {
        weight = DefaultWeight;
        var parts = text.Split(':');
        id = parts[0];
        return parts.Length <= (takesWeight ? 2 : 1) && parts.Length >= (needsWeight ? 2 : 1) && NodeEndpoints.NodeId().IsMatch(id)
            && (parts.Length == 1 || (int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out weight) && weight is >= 1 and <= 10_000));
    }
}

using System.ComponentModel.DataAnnotations;
using Cirrus.Api.Changes;
using Cirrus.Api.Purges;
using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;

namespace Cirrus.Api.Warming;

/// <summary>URLs to be fetched into the cache of every node.</summary>
public sealed record WarmRequest : IValidatableObject
{
    /// <summary>Absolute URLs of the domain, or paths with query.</summary>
    [Required(ErrorMessage = "URLs are required.")]
    [MinLength(1, ErrorMessage = "The list is empty."), MaxLength(1000, ErrorMessage = "At most 1000 in one list.")]
    public IReadOnlyList<string>? Urls { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (index, url) in (Urls ?? []).Index())
        {
            if (url is null || !PurgeValue.IsSane(url))
                yield return new ValidationResult(PurgeValue.Rule, [$"{nameof(Urls)}[{index}]"]);
        }
    }
}

/// <summary>An accepted warm list.</summary>
/// <param name="Id">The change id.</param>
/// <param name="Urls">How many it names.</param>
/// <param name="Self">Where it is shown how far each node is.</param>
/// <param name="Receipt">Where to ask, or wait, for which node has taken it up.</param>
public sealed record WarmResponse(ChangeId Id, string Domain, int? Urls, string Self, string Receipt)
{
    internal static WarmResponse From(ChangeId id, string domain, int? urls) => new(id, domain, urls, WarmLinks.Self(id), WarmLinks.Receipt(id));
}

/// <summary>A warm list and how far each node is with it.</summary>
/// <param name="Done">True when every node that clients are led to has fetched all it can.</param>
/// <param name="By">Who asked for it.</param>
public sealed record WarmDetail(
    ChangeId Id, string Domain, IReadOnlyList<string> Urls, DateTimeOffset At, string By, bool Done, IReadOnlyList<WarmNode> Nodes, string Receipt);

/// <summary>How far a node is with a warm list.</summary>
/// <param name="Progress">Null while the node knows nothing of the list: it has not read it yet, or has been started again since.</param>
/// <param name="Problem">Why the node was not asked, or did not answer.</param>
public sealed record WarmNode(string Id, NodeHealth Health, NodeState State, WarmProgress? Progress, string? Problem)
{
    // As for receipts: a node that serves nobody is not waited for.
    internal bool IsDone => Progress?.Done == true || Health == NodeHealth.Down || State == NodeState.Disabled;
}

/// <summary>What became of the URLs of a list at one node.</summary>
/// <param name="Urls">How many there are.</param>
/// <param name="Stored">Fetched from an origin and kept.</param>
/// <param name="Cached">Were there already.</param>
/// <param name="NotStored">Fetched, and not to be kept: by rule, or as the origin says.</param>
/// <param name="Failed">No origin gave an answer below 500.</param>
/// <param name="Done">All have been tried.</param>
public sealed record WarmProgress(int Urls, int Stored, int Cached, int NotStored, int Failed, bool Done);

internal static class WarmLinks
{
    public static string Self(ChangeId id) => $"/api/v1/warm/{id}";
    public static string Receipt(ChangeId id) => $"/api/v1/changes/{id}";
}

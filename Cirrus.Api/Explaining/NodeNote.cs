namespace Cirrus.Api.Explaining;

/// <summary>What a node's <c>/explain</c> says.</summary>
/// <param name="AsksOrigin">It would ask an origin.</param>
/// <param name="Certificate">The domain whose certificate is shown.</param>
/// <param name="Cache">What nginx's cache says.</param>
internal sealed record NodeNote(
    string Node, string? Applied, bool AsksOrigin, int? Status, string? Location, string? CacheStatus, string? Cache, string? Reason, string? Why,
    ExplainedRule? Rule, string? Policy, string? Uri, string? Key, int? Age, IReadOnlyList<string>? Tags, string? FetchedUnder,
    ExplainedEpochs? Epochs, IReadOnlyList<ExplainedOrigin>? Origins, string? Certificate)
{
    // A stale object shows up when there is no answer from an origin, as here: it would be asked.
    private bool IsStale => Cache == "STALE";

    public EdgeExplanation ToExplanation() => new(
        Node, Applied,
        AsksOrigin || IsStale ? Answerer.Origin : Cache is null ? Answerer.Edge : Answerer.Cache,
        IsStale ? null : Status, Location, CacheStatus, Reason, Why, Rule, Policy, Uri, Key, Age, Tags, FetchedUnder, Epochs, Origins);
}

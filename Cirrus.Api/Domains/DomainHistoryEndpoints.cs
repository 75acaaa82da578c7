using System.ComponentModel.DataAnnotations;
using Cirrus.Api.Idempotency;
using Cirrus.Api.Identities;
using Cirrus.Api.OpenApi;
using Cirrus.Api.Problems;
using Cirrus.Core.Domains;
using Cirrus.Core.Identities;
using Cirrus.Core.Json;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cirrus.Api.Domains;

/// <summary>What a domain was.</summary>
/// <param name="Deleted">The domain is gone; its history is kept for 30 days.</param>
/// <param name="Items">Newest first; the current revision and at most the 50 before it.</param>
public sealed record HistoryResponse(string Name, bool Deleted, IReadOnlyList<HistoryEntry> Items);

/// <summary>One revision.</summary>
/// <param name="UpdatedBy">Who wrote it.</param>
/// <param name="Changed">Names of the fields that differ from the revision before; null when that is not there to compare with.</param>
public sealed record HistoryEntry(int Revision, DateTimeOffset UpdatedAt, string UpdatedBy, IReadOnlyList<string>? Changed);

/// <summary>One revision of a domain, and how it differs from another.</summary>
/// <param name="Against">The other revision.</param>
/// <param name="Diff">JSON Patch (RFC 6902) that turns <c>domain</c> into the other revision.</param>
public sealed record RevisionResponse(DomainResponse Domain, int Against, IReadOnlyList<PatchOperation> Diff);

/// <summary>Which revision to go back to.</summary>
public sealed record RollbackRequest
{
    /// <summary>Of the history.</summary>
    [Required(ErrorMessage = "A revision is required.")]
    [Range(1, int.MaxValue, ErrorMessage = "A revision is at least 1.")]
    public int? Revision { get; init; }
}

/// <summary>Looking and going back.</summary>
internal static class DomainHistoryEndpoints
{
    private const int MostEntries = 51;

    public static void MapDomainHistory(this RouteGroupBuilder domains)
    {
        domains.MapGet("/{name}/history", ListRevisions).For(Role.Viewer)
            .WithName("listDomainHistory").WithSummary("The revisions of a domain, newest first");
        domains.MapGet("/{name}/history/{revision}", GetRevision).For(Role.Viewer)
            .WithName("getDomainRevision").WithSummary("One revision, and how it differs from the current or another");
        domains.MapPost("/{name}/rollback", RollBack).For(Role.Operator).MakesChange().HasETag()
            .AnswersAgain((context, writes) => DomainWriting.Accepted(context, writes[0].Domain, writes[0].Change).Shown(context.Show))
            .WithName("rollbackDomain").WithSummary("Write the content of an earlier revision as a new one; If-Match is required");
    }

    private static async Task<Results<Ok<HistoryResponse>, ProblemHttpResult>> ListRevisions(
        string name, DomainStore store, [Range(1, MostEntries, ErrorMessage = "A limit is between 1 and 51.")] int limit = MostEntries)
    {
        if (await HistoryAsync(name, store) is not { Revisions: { Count: > 0 } revisions } history)
            return ProblemsExtensions.NotFound($"domain {name}");
        var entries = revisions.Take(limit).Select((r, i) => new HistoryEntry(
            r.Revision, r.UpdatedAt, r.UpdatedBy, i + 1 < revisions.Count ? DomainContent.ChangedFields(revisions[i + 1], r) : null));
        return TypedResults.Ok(new HistoryResponse(revisions[0].Name, history.Current is null, [.. entries]));
    }

    private static async Task<Results<Ok<RevisionResponse>, ProblemHttpResult>> GetRevision(
        string name, int revision, HttpContext context, DomainStore store, DomainValidation json, int? against = null)
    {
        var history = await HistoryAsync(name, store);
        if (history?.Find(revision) is not { } found)
            return ProblemsExtensions.NotFound($"revision {revision} of {name}");
        if ((against is { } wanted ? history.Find(wanted) : history.Revisions[0]) is not { } other)
            return ProblemsExtensions.NotFound($"revision {against} of {name}");
        var (from, to) = (found.SeenBy(context.Caller()), other.SeenBy(context.Caller()));
        return TypedResults.Ok(new RevisionResponse(
            context.Show(found), other.Revision, JsonDiff.Between(json.ToJson(from), json.ToJson(to))));
    }

    private static async Task<Results<Ok<DomainResponse>, ValidationProblem, ProblemHttpResult>> RollBack(
        string name, RollbackRequest request, HttpContext context, DomainWriting writing) =>
        (await writing.RollBackAsync(context, name, request.Revision!.Value)).Shown(context.Show);

    private static async Task<DomainHistory?> HistoryAsync(string path, DomainStore store) =>
        DomainNames.InPath(path) is { } name ? await store.HistoryAsync(name) : null;
}

using System.ComponentModel.DataAnnotations;
using Cirrus.Api.Changes;
using Cirrus.Api.Domains;
using Cirrus.Api.Identities;
using Cirrus.Api.Problems;
using Cirrus.Core.Changes;
using Cirrus.Core.Domains;
using Cirrus.Core.Identities;
using Cirrus.Core.Purges;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cirrus.Api.Purges;

/// <summary>Looking at purges: <c>GET /api/v1/purge</c> and <c>/purge/{id}</c>.</summary>
internal static class PurgeRecordEndpoints
{
    // So many are looked through for one page; a page may be shorter than asked for, or empty, and still have a next one.
    private const int MostRead = 20_000;
    private const int ReadAtOnce = 1000;

    public static void MapPurgeRecords(this IEndpointRouteBuilder purges)
    {
        purges.MapGet("/", ListPurges).WithName("listPurges").WithSummary("List the purges of the last 7 days, newest first").For(Role.Viewer);
        purges.MapGet("/{id}", GetPurge).WithName("getPurge").WithSummary("Show a purge and which node has applied it when").For(Role.Viewer);
    }

    private static async Task<Results<Ok<Page<PurgeSummary>>, ValidationProblem, ProblemHttpResult>> ListPurges(
        HttpContext context, PurgeStore store, TimeProvider time, string? domain = null,
        [Range(1, 1000, ErrorMessage = "A limit is between 1 and 1000.")] int limit = 100, string? after = null)
    {
        var name = "";
        if (domain is not null && HostName.Normalise(domain, allowWildcard: true, out name) is { } problem)
            return ProblemsExtensions.Invalid("domain", $"The domain {problem}.");
        if (domain is not null && !context.Caller().Covers(name))
            return ProblemsExtensions.NotYours(name);
        var position = ChangeId.Zero;
        // No change has the id 0-0, and Redis takes nothing to be before it.
        if (after is not null && (!ChangeId.TryParse(after, out position) || position == ChangeId.Zero))
            return ProblemsExtensions.Invalid("after", "This is not the id of a purge.");

        var since = time.GetUtcNow() - PurgeStore.Kept;
        var items = new List<PurgeSummary>();
        ChangeId? before = after is null ? null : position;
        // One more than asked for tells whether there is a next page.
        var count = domain is null && context.Caller().Domains is null ? limit + 1 : ReadAtOnce;
        for (var read = 0; read < MostRead; read += count)
        {
            var lines = await store.ListAsync(before, since, count);
            foreach (var line in lines)
            {
                if (domain is null ? !context.Caller().Covers(line.Domain) : line.Domain != name)
                    continue;
                if (items.Count == limit)
                    return Page(items, items[^1].Id);
                items.Add(PurgeSummary.From(line));
            }
            if (lines.Count < count)
                return Page(items, null);
            before = lines[^1].Id;
        }
        return Page(items, before);
    }

    private static async Task<Results<Ok<PurgeDetail>, ProblemHttpResult>> GetPurge(
        string id, HttpContext context, PurgeStore store, Receipts receipts)
    {
        // An id says nothing of the domain, so neither does the answer to somebody whose domain it is not.
        return ChangeId.TryParse(id, out var change) && await store.FindAsync(change) is { } found && context.Caller().Covers(found.Purge.Domain)
            ? TypedResults.Ok(PurgeDetail.From(found, await receipts.FindAsync(change)))
            : ProblemsExtensions.NotFound($"purge {id}, or it is more than {PurgeStore.Kept.Days} days old");
    }

    private static Ok<Page<PurgeSummary>> Page(IReadOnlyList<PurgeSummary> items, ChangeId? next) =>
        TypedResults.Ok(new Page<PurgeSummary>(items, next?.ToString()));
}

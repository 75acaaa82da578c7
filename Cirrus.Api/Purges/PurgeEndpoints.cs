using Cirrus.Api.Idempotency;
using Cirrus.Api.Identities;
using Cirrus.Api.OpenApi;
using Cirrus.Api.Problems;
using Cirrus.Api.Requests;
using Cirrus.Core.Changes;
using Cirrus.Core.Identities;
using Cirrus.Core.Purges;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cirrus.Api.Purges;

/// <summary>Accepting purges: <c>POST /api/v1/purge</c> and <c>/purge/batch</c>.</summary>
internal static class PurgeEndpoints
{
    // Each costs a look through its epochs, in the one thread that all writes share.
    private const int MostDomains = 100;

    public static void MapPurges(this IEndpointRouteBuilder routes)
    {
        var purges = routes.MapGroup("/purge").WithTags("Purges").OpenToConfined();
        purges.MapPost("/", AddPurge).WithName("addPurge").WithSummary("Purge URLs, prefixes, tags, hosts or everything of a domain")
            .For(Role.Operator).MakesChange().MayAnswer(ProblemType.NotFound)
            .AnswersAgain((context, writes) => One(context, writes[0].Change, writes[0].Key));
        purges.MapPost("/batch", AddPurges).WithName("addPurges").WithSummary("Purge several things of several domains, all or none")
            .For(Role.Operator).MakesChange().MayAnswer(ProblemType.NotFound)
            .AnswersAgain((context, writes) => All(context, [.. writes.Select(w => PurgeResponse.From(w.Change, w.Key))]));
        purges.MapPurgeRecords();
    }

    private static async Task<Results<Accepted<PurgeResponse>, ValidationProblem, ProblemHttpResult>> AddPurge(
        PurgeRequest request, HttpContext context, PurgeReading reading, PurgeStore store, TimeProvider time)
    {
        var (purge, errors) = await reading.ReadAsync(request);
        // First of all, so that a token learns nothing of domains that are not its own.
        if (purge is not null && !context.Caller().Covers(purge.Domain))
            return ProblemsExtensions.NotYours(purge.Domain);
        if (purge is null || errors.Count > 0)
            return ProblemsExtensions.Invalid(errors);

        var written = await store.AddAsync(purge, context.Actor(), time.GetUtcNow());
        return written.Accepted ? One(context, written.Change, purge.Domain) : ProblemsExtensions.NotFound($"domain {purge.Domain}");
    }

    private static async Task<Results<Accepted<PurgeBatchResponse>, ValidationProblem, ProblemHttpResult>> AddPurges(
        PurgeBatchRequest request, HttpContext context, PurgeTargets targets, PurgeReading reading, PurgeStore store, TimeProvider time)
    {
        var urls = request.Urls ?? [];
        var (values, errors) = await targets.OfAnyAsync(urls);
        Purge[] purges =
        [
            .. values.GroupBy(v => v.Domain, v => v.Value, StringComparer.Ordinal)
                .Select(g => new Purge(g.Key, PurgeKind.Url, [.. g.Distinct(StringComparer.Ordinal)], request.Soft is true)),
        ];
        var (listed, listErrors) = await reading.ReadAllAsync(request.Purges ?? []);
        // First of all, so that a token learns nothing of domains that are not its own.
        if (NotCovered(context.Caller(), urls, [.. values.Select(v => v.Domain), .. listed.Select(p => p.Domain)]) is { } other)
            return ProblemsExtensions.NotYours(other);
        if (errors.Count + listErrors.Count > 0)
            return ProblemsExtensions.Invalid(errors.Concat(listErrors).ToDictionary());

        purges = [.. purges, .. listed];
        if (purges.Length > MostDomains)
            return ProblemsExtensions.Invalid(request.Urls is null ? "purges" : "urls", $"At most {MostDomains} domains in one batch.");
        var (changes, missing) = await store.AddAsync(purges, context.Actor(), time.GetUtcNow());
        return missing is null
            ? All(context, [.. changes.Zip(purges, (id, purge) => PurgeResponse.From(id, purge.Domain))])
            : ProblemsExtensions.NotFound($"domain {missing}");
    }

    private static Accepted<PurgeResponse> One(HttpContext context, ChangeId change, string domain)
    {
        context.SetChange(change);
        return TypedResults.Accepted(PurgeLinks.Receipt(change), PurgeResponse.From(change, domain));
    }

    private static Accepted<PurgeBatchResponse> All(HttpContext context, IReadOnlyList<PurgeResponse> purges)
    {
        // Who has applied the last of them has applied all.
        context.SetChange(purges[^1].Id);
        return TypedResults.Accepted(PurgeLinks.Receipt(purges[^1].Id), new PurgeBatchResponse(purges));
    }

    private static string? NotCovered(Caller caller, IReadOnlyList<string> urls, IReadOnlyList<string> domains)
    {
        if (caller.Domains is null)
            return null;
        var named = urls.Select(u => PurgeTarget.Read(u, out var target) is null ? target.Host : null).OfType<string>();
        // Its own words first: whose wildcard another name is, it need not learn.
        return named.Concat(domains).FirstOrDefault(d => !caller.Covers(d));
    }
}

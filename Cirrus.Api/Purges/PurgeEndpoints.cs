using Cirrus.Api.Identities;
using Cirrus.Api.Problems;
using Cirrus.Api.Requests;
using Cirrus.Core.Domains;
using Cirrus.Core.Identities;
using Cirrus.Core.Purges;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cirrus.Api.Purges;

/// <summary><c>/api/v1/purge</c>.</summary>
internal static class PurgeEndpoints
{
    public static void MapPurges(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/purge", AddPurge).WithTags("Purges").For(Role.Operator).OpenToConfined();

    private static async Task<Results<Accepted<PurgeResponse>, ValidationProblem, ProblemHttpResult>> AddPurge(
        PurgeRequest request, HttpContext context, PurgeStore store, TimeProvider time)
    {
        if (HostName.Normalise(request.Domain!, allowWildcard: true, out var domain) is { } problem)
            return ProblemsExtensions.Invalid("domain", $"The domain {problem}.");
        if (!context.Caller().Covers(domain))
            return ProblemsExtensions.NotYours(domain);

        var values = new List<string>(request.Prefixes ?? []);
        foreach (var (index, url) in (request.Urls ?? []).Index())
        {
            if (PurgeTarget.Read(url, domain, out var pathAndQuery) is { } wrong)
                return ProblemsExtensions.Invalid($"urls[{index}]", wrong);
            values.Add(pathAndQuery);
        }

        var kind = request.Urls is not null ? PurgeKind.Url : request.Prefixes is not null ? PurgeKind.Prefix : PurgeKind.Everything;
        var written = await store.AddAsync(new Purge(domain, kind, [.. values.Distinct()]), context.Actor(), time.GetUtcNow());
        if (!written.Accepted)
            return ProblemsExtensions.NotFound($"domain {domain}");

        context.SetChange(written.Change);
        var receipt = $"/api/v1/changes/{written.Change}";
        return TypedResults.Accepted(receipt, new PurgeResponse(written.Change.ToString(), domain, receipt));
    }
}

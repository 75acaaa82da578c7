using Cirrus.Api.Identities;
using Cirrus.Api.Problems;
using Cirrus.Core.Audit;
using Cirrus.Core.Changes;
using Cirrus.Core.Identities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cirrus.Api.Audit;

/// <summary><c>/api/v1/audit</c>.</summary>
internal static class AuditEndpoints
{
    public static void MapAudit(this IEndpointRouteBuilder routes)
    {
        var audit = routes.MapGroup("/audit").WithTags("Audit");
        audit.MapGet("/", ListAudit).For(Role.Admin).WithName("listAudit").WithSummary("Search the audit trail");
        audit.MapGet("/verify", VerifyAudit).For(Role.Admin).WithName("verifyAudit").WithSummary("Check that the audit trail is as it was written");
        audit.MapGet("/{id}", GetAudit).For(Role.Admin).WithName("getAudit").WithSummary("Show one entry of the audit trail");
    }

    private static async Task<Results<Ok<AuditList>, ValidationProblem>> ListAudit(
        [AsParameters] AuditQuery query, AuditTrail trail, CancellationToken cancellation)
    {
        if (query.Read(out var search) is { Count: > 0 } errors)
            return ProblemsExtensions.Invalid(errors);
        var page = await trail.SearchAsync(search, query.Limit ?? AuditQuery.DefaultLimit, cancellation);
        return TypedResults.Ok(new AuditList([.. page.Items.Select(AuditResponse.From)], page.Next, page.Looked));
    }

    private static async Task<Results<Ok<AuditResponse>, ProblemHttpResult>> GetAudit(string id, AuditTrail trail) =>
        ChangeId.TryParse(id, out var entry) && await trail.FindAsync(entry) is { } found
            ? TypedResults.Ok(AuditResponse.From(found))
            : ProblemsExtensions.NotFound($"audit entry {id}, or the trail no longer holds it");

    private static async Task<Results<Ok<AuditVerification>, ValidationProblem>> VerifyAudit(
        AuditVerifier verifier, CancellationToken cancellation, string? id = null, string? hash = null)
    {
        if (id is null != hash is null)
            return ProblemsExtensions.Invalid(id is null ? "id" : "hash", "A noted entry has an id and a hash; give both.");
        if (id is not null && !ChangeId.TryParse(id, out _))
            return ProblemsExtensions.Invalid("id", "An id looks like 1767323045000-0.");
        var noted = id is null ? null : new AuditMark(id, hash!.ToLowerInvariant());
        return TypedResults.Ok(AuditVerification.From(await verifier.VerifyAsync(noted, cancellation)));
    }
}

using Cirrus.Api.Identities;
using Cirrus.Api.Problems;
using Cirrus.Api.Requests;
using Cirrus.Core.Changes;
using Cirrus.Core.Identities;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cirrus.Api.Changes;

/// <summary><c>/api/v1/changes</c>: receipts.</summary>
internal static class ChangeEndpoints
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    public static void MapChanges(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/changes/{id}", GetChange).WithTags("Changes")
            .WithName("getChange").WithSummary("The receipt of a change, now or as soon as it is applied")
            .For(Role.Viewer).OpenToConfined();

    private static async Task<Results<Ok<Receipt>, ValidationProblem, ProblemHttpResult>> GetChange(
        string id, HttpContext context, ChangeLog log, Receipts receipts, CancellationToken cancellation, string wait = "none", string timeout = "5s")
    {
        if (wait is not ("none" or "applied"))
            return ProblemsExtensions.Invalid("wait", "The only thing to wait for is: applied.");
        if (!Span.TryParse(timeout, LongestWait, out var span))
            return ProblemsExtensions.Invalid("timeout", "A time is a whole number and a unit, such as 250ms, 5s or 1m, at most 1m.");

        // An id says nothing of the domain, so neither does the answer to somebody whose domain it is not.
        var receipt =
            !ChangeId.TryParse(id, out var change) || await log.FindAsync(change) is not { } found || !IsShown(found, context.Caller()) ? null
            : wait == "applied" ? await receipts.WaitAsync(change, span, cancellation)
            : await receipts.FindAsync(change);
        return receipt is null ? ProblemsExtensions.NotFound($"change {id}, or the log no longer holds it") : TypedResults.Ok(receipt);
    }

    // What is done to a node concerns everybody.
    private static bool IsShown(Change change, Caller caller) =>
        change.Type.StartsWith("node-", StringComparison.Ordinal) || caller.Covers(change.Key);
}

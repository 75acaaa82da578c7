using Cirrus.Api.Audit;
using Cirrus.Api.Identities;
using Cirrus.Api.Problems;
using Cirrus.Api.Requests;
using Cirrus.Core.Domains;
using Cirrus.Core.Identities;
using Cirrus.Core.Nodes;
using Cirrus.Core.Steering;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Cirrus.Api.Domains;

/// <summary>What a write would have made.</summary>
/// <param name="Domain">As it would be stored.</param>
public sealed record ValidationResponse(DomainResponse Domain, IReadOnlyList<Warning> Warnings);

/// <summary><c>POST /domains/validate</c>: everything of a write but the write.</summary>
internal static class DomainDryRun
{
    public static void MapDomainValidation(this RouteGroupBuilder domains) =>
        domains.MapPost("/validate", ValidateDomain).For(Role.Viewer).WithMetadata(new AuditsItself())
            .WithName("validateDomain").WithSummary("Check a domain without writing it");

    private static async Task<Results<Ok<ValidationResponse>, ValidationProblem, ProblemHttpResult>> ValidateDomain(
        DomainRequest request, HttpContext context, DomainStore store, NodeStore nodes, TimeProvider time, IOptions<ZoneOptions> zone)
    {
        if (DomainNames.Problem(request.Name ?? "", zone.Value, out var name) is { } problem)
            return ProblemsExtensions.Invalid("name", problem);
        if (!context.Caller().Covers(name))
            return ProblemsExtensions.NotYours(name);

        var current = await store.FindAsync(name);
        if (context.Refusal(name, current?.Revision ?? 0, request.Revision) is { } refusal)
            return refusal;
        if (request.ErrorsFor(name, current, context.Caller()) is { Count: > 0 } errors)
            return ProblemsExtensions.Invalid(errors);
        var domain = request.ToDomain(name, current, time.GetUtcNow(), context.Actor().Name);
        return TypedResults.Ok(new ValidationResponse(context.Show(domain), [.. DomainWarnings.Of(domain, current), .. SteeringWarnings.Of(domain, await nodes.ListAsync())]));
    }
}

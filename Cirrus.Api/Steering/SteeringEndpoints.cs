using System.ComponentModel.DataAnnotations;
using Cirrus.Api.Identities;
using Cirrus.Api.OpenApi;
using Cirrus.Api.Problems;
using Cirrus.Core.Domains;
using Cirrus.Core.Identities;
using Cirrus.Core.Nodes;
using Cirrus.Core.Steering;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Cirrus.Api.Steering;

/// <summary><c>/api/v1/steering</c>.</summary>
internal static class SteeringEndpoints
{
    private const int PageOfNames = 1000;

    public static void MapSteering(this IEndpointRouteBuilder routes) =>
        routes.MapGroup("/steering").WithTags("Steering")
            .MapGet("/plan", GetPlan).WithName("getSteeringPlan").WithSummary("Which domains would move, from where to where").For(Role.Viewer)
            .MayAnswer(ProblemType.NotFound);

    private static async Task<Results<Ok<PlanResponse>, ProblemHttpResult>> GetPlan(
        [AsParameters] PlanQuery query, HttpContext context, PlanTurns turns, NodeStore nodes, DomainStore domains, IOptions<ZoneOptions> zone,
        CancellationToken cancellation,
        [Range(0, 1000, ErrorMessage = "A limit is between 0 and 1000.")] int limit = 100, string after = "")
    {
        var known = await nodes.ListAsync();
        if (query.TryRead(known, out var steps) is { } problem)
            return problem;

        using var turn = await turns.TakeAsync(cancellation);
        if (turn is null)
            return context.TooMany(TimeSpan.FromSeconds(1), "Many plans are being made.");
        var plan = new SteeringPlan(zone.Value, known, steps);
        var moves = new List<PlanMove>();
        var isMore = false;
        await foreach (var (name, steering) in DomainsAsync(domains, cancellation))
        {
            if (plan.Count(name, steering) is not { } move || string.CompareOrdinal(name, after) <= 0)
                continue;
            if (moves.Count < limit)
                moves.Add(new PlanMove(move.Domain, move.AccessName, move.From, move.To));
            else
                isMore = true;
        }
        return TypedResults.Ok(PlanResponse.From(plan, moves, isMore && moves.Count > 0 ? moves[^1].Domain : null));
    }

    // The totals are of all domains, whatever page of moves is asked for; so none may be kept.
    private static async IAsyncEnumerable<(string Name, DomainSteering? Steering)> DomainsAsync(
        DomainStore domains, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var reading = domains.NamesAsync("", PageOfNames);
        while (await reading is { Count: > 0 } page)
        {
            cancellation.ThrowIfCancellationRequested();
            // While these are counted the next ones come.
            reading = domains.NamesAsync(page[^1], PageOfNames);
            foreach (var (name, (exists, _, steering)) in page.Zip(await domains.FindLedAsync(page)))
            {
                if (exists)
                    yield return (name, steering);
            }
        }
    }
}

using System.ComponentModel.DataAnnotations;
using Cirrus.Api.Identities;
using Cirrus.Api.Problems;
using Cirrus.Api.Requests;
using Cirrus.Core.Domains;
using Cirrus.Core.Identities;
using Cirrus.Core.Nodes;
using Cirrus.Core.Redis;
using Cirrus.Core.Steering;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace Cirrus.Api.Domains;

/// <summary><c>/api/v1/domains</c>.</summary>
internal static class DomainEndpoints
{
    public static void MapDomains(this IEndpointRouteBuilder routes)
    {
        var domains = routes.MapGroup("/domains").WithTags("Domains").CheckDomainInPath();
        domains.MapGet("/", ListDomains).For(Role.Viewer);
        domains.MapPost("/", CreateDomain).For(Role.Operator);
        domains.MapGet("/{name}", GetDomain).For(Role.Viewer);
        domains.MapPut("/{name}", PutDomain).For(Role.Operator);
        domains.MapDelete("/{name}", DeleteDomain).For(Role.Operator);
        domains.MapGet("/{name}/cname", GetCname).For(Role.Viewer);
    }

    private static async Task<Ok<Page<DomainResponse>>> ListDomains(
        DomainStore store, IOptions<ZoneOptions> zone, [Range(1, 1000, ErrorMessage = "A limit is between 1 and 1000.")] int limit = 100, string after = "")
    {
        var (items, next) = await store.ListAsync(after, limit);
        return TypedResults.Ok(new Page<DomainResponse>([.. items.Select(d => DomainResponse.From(d, zone.Value))], next));
    }

    private static async Task<Results<Created<DomainResponse>, ValidationProblem, ProblemHttpResult>> CreateDomain(
        DomainRequest request, HttpContext context, DomainStore store, TimeProvider time, IOptions<ZoneOptions> zone)
    {
        if (NameProblem(request.Name ?? "", zone.Value, out var name) is { } problem)
            return ProblemsExtensions.Invalid("name", $"The name {problem}.");
        if (!context.Caller().Covers(name))
            return ProblemsExtensions.NotYours(name);

        var domain = request.ToDomain(name, null, time.GetUtcNow());
        var written = await store.PutAsync(domain, context.Actor());
        if (!written.Accepted)
            return ProblemsExtensions.AlreadyExists(name);
        context.SetChange(written.Change);
        return TypedResults.Created($"/api/v1/domains/{name}", DomainResponse.From(domain, zone.Value));
    }

    private static async Task<Results<Ok<DomainResponse>, ProblemHttpResult>> GetDomain(
        string name, DomainStore store, IOptions<ZoneOptions> zone) =>
        await FindAsync(name, store) is { } found
            ? TypedResults.Ok(DomainResponse.From(found, zone.Value))
            : ProblemsExtensions.NotFound($"domain {name}");

    private static async Task<Results<Ok<DomainResponse>, Created<DomainResponse>, ValidationProblem, ProblemHttpResult>> PutDomain(
        [FromRoute(Name = "name")] string path, DomainRequest request, HttpContext context, DomainStore store, TimeProvider time,
        IOptions<ZoneOptions> zone)
    {
        if (NameProblem(path, zone.Value, out var name) is { } problem)
            return ProblemsExtensions.Invalid("name", $"The name {problem}.");
        if (request.Name is not null && (HostName.Normalise(request.Name, allowWildcard: true, out var inBody) is not null || inBody != name))
            return ProblemsExtensions.Invalid("name", "The name in the body is not the one in the path; a domain can't be renamed.");

        for (var round = 0; round < WriteRounds.Most; round++)
        {
            await WriteRounds.PauseBeforeAsync(round);
            var current = await store.FindAsync(name);
            if (context.Refusal(name, current?.Revision ?? 0, request.Revision) is { } refusal)
                return refusal;

            var domain = request.ToDomain(name, current, time.GetUtcNow());
            var written = await store.PutAsync(domain, context.Actor());
            if (!written.Accepted)
                continue;
            context.SetChange(written.Change);
            var response = DomainResponse.From(domain, zone.Value);
            return current is null ? TypedResults.Created($"/api/v1/domains/{name}", response) : TypedResults.Ok(response);
        }
        return ProblemsExtensions.Contended(name);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteDomain(string name, HttpContext context, DomainStore store)
    {
        var written = HostName.Normalise(name, allowWildcard: true, out var normal) is null
            ? await store.DeleteAsync(normal, context.Actor())
            : new WriteResult(WriteOutcome.Missing, default);
        if (!written.Accepted)
            return ProblemsExtensions.NotFound($"domain {name}");
        context.SetChange(written.Change);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<CnameResponse>, ProblemHttpResult>> GetCname(
        string name, DomainStore domains, NodeStore nodes, IOptions<ZoneOptions> zone)
    {
        if (await FindAsync(name, domains) is not { } domain)
            return ProblemsExtensions.NotFound($"domain {name}");

        var accessName = AccessName.For(domain.Name, zone.Value.Name);
        var chosen = new NodeSelection(await nodes.ListAsync()).Choose(accessName, zone.Value.NodesPerDomain);
        return TypedResults.Ok(new CnameResponse(
            accessName, (int)zone.Value.Ttl.TotalSeconds, [.. chosen.Select(n => new AssignedNode(n.Id, n.Addresses))]));
    }

    private static string? NameProblem(string input, ZoneOptions zone, out string name) =>
        HostName.Normalise(input, allowWildcard: true, out name)
        ?? (name == zone.Name || name.EndsWith($".{zone.Name}", StringComparison.Ordinal) ? $"is inside {zone.Name}, which is Cirrus's own" : null);

    private static async Task<CdnDomain?> FindAsync(string name, DomainStore store) =>
        HostName.Normalise(name, allowWildcard: true, out var normal) is null ? await store.FindAsync(normal) : null;
}

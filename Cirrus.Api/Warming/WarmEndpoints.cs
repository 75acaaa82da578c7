using Cirrus.Api.Domains;
using Cirrus.Api.Edges;
using Cirrus.Api.Idempotency;
using Cirrus.Api.Identities;
using Cirrus.Api.OpenApi;
using Cirrus.Api.Problems;
using Cirrus.Api.Purges;
using Cirrus.Api.Requests;
using Cirrus.Core.Changes;
using Cirrus.Core.Domains;
using Cirrus.Core.Identities;
using Cirrus.Core.Nodes;
using Cirrus.Core.Warming;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cirrus.Api.Warming;

/// <summary>Fetching objects before they are asked for: <c>POST /api/v1/domains/{name}/warm</c>, <c>GET /api/v1/warm/{id}</c>.</summary>
internal static class WarmEndpoints
{
    public static void MapWarming(this IEndpointRouteBuilder routes)
    {
        routes.MapGroup("/domains").WithTags("Purges").CheckDomainInPath()
            .MapPost("/{name}/warm", AddList).WithName("warmDomain").WithSummary("Have every node fetch URLs into its cache")
            .For(Role.Operator).MakesChange().MayAnswer(ProblemType.NotFound)
            // How many URLs there were is in the record; the change is what the caller needs.
            .AnswersAgain((context, writes) => Accepted(context, writes[0].Change, writes[0].Key, null));
        routes.MapGroup("/warm").WithTags("Purges").OpenToConfined()
            .MapGet("/{id}", GetList).WithName("getWarm").WithSummary("How far each node is with a warm list").For(Role.Viewer);
    }

    private static async Task<Results<Accepted<WarmResponse>, ValidationProblem, ProblemHttpResult>> AddList(
        string name, WarmRequest request, HttpContext context, DomainStore domains, PurgeTargets targets, WarmStore store, TimeProvider time)
    {
        if (DomainNames.InPath(name) is not { } domain || await domains.FindAsync(domain) is null)
            return ProblemsExtensions.NotFound($"domain {name}");
        var (_, errors) = await targets.OfAsync(domain, request.Urls!);
        foreach (var (index, url) in request.Urls!.Index())
        {
            if (domain.StartsWith('*') && url.StartsWith('/'))
                errors.TryAdd($"urls[{index}]", ["A URL of a wildcard domain begins with http:// or https://."]);
        }
        if (errors.Count > 0)
            return ProblemsExtensions.Invalid(errors);

        string[] urls = [.. request.Urls!.Distinct(StringComparer.Ordinal)];
        var written = await store.AddAsync(domain, urls, context.Actor(), time.GetUtcNow());
        return written.Accepted ? Accepted(context, written.Change, domain, urls.Length) : ProblemsExtensions.NotFound($"domain {domain}");
    }

    private static async Task<Results<Ok<WarmDetail>, ProblemHttpResult>> GetList(
        string id, HttpContext context, WarmStore store, NodeStore nodes, EdgeClient edges, CancellationToken cancellation)
    {
        if (!ChangeId.TryParse(id, out var change) || await store.FindAsync(change) is not { } list || !context.Caller().Covers(list.Domain))
            return ProblemsExtensions.NotFound($"warm list {id}, or it is more than {WarmStore.Kept.TotalHours} hours old");
        var progress = await Task.WhenAll((await nodes.ListAsync()).Select(n => AskAsync(n, change, edges, cancellation)));
        return TypedResults.Ok(new WarmDetail(
            list.Id, list.Domain, list.Urls, list.Id.At, list.By, progress.All(n => n.IsDone), progress, WarmLinks.Receipt(list.Id)));
    }

    private static async Task<WarmNode> AskAsync(NodeView view, ChangeId id, EdgeClient edges, CancellationToken cancellation)
    {
        var (node, status) = (view.Node, view.Status);
        if (status.Health == NodeHealth.Down || node.State == NodeState.Disabled)
            return new WarmNode(node.Id, status.Health, node.State, null, "It serves nobody now.");
        var (progress, problem) = await edges.AskAsync<WarmProgress>(node, $"/warm?id={id}", cancellation);
        return new WarmNode(node.Id, status.Health, node.State, progress, problem);
    }

    private static Accepted<WarmResponse> Accepted(HttpContext context, ChangeId change, string domain, int? urls)
    {
        context.SetChange(change);
        return TypedResults.Accepted(WarmLinks.Self(change), WarmResponse.From(change, domain, urls));
    }
}

using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Cirrus.Api.Identities;
using Cirrus.Api.OpenApi;
using Cirrus.Api.Problems;
using Cirrus.Api.Requests;
using Cirrus.Core.Identities;
using Cirrus.Core.Json;
using Cirrus.Core.Nodes;
using Cirrus.Core.Redis;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Cirrus.Api.Nodes;

/// <summary><c>/api/v1/nodes</c>.</summary>
internal static partial class NodeEndpoints
{
    public static void MapNodes(this IEndpointRouteBuilder routes)
    {
        var nodes = routes.MapGroup("/nodes").WithTags("Nodes");
        nodes.MapGet("/", ListNodes).WithName("listNodes").WithSummary("List nodes").For(Role.Viewer).OpenToConfined();
        nodes.MapGet("/{id}", GetNode).WithName("getNode").WithSummary("Show a node").For(Role.Viewer).OpenToConfined();
        nodes.MapPut("/{id}", PutNode).WithName("putNode").WithSummary("Create or replace a node")
            .For(Role.Operator).HasETag().MakesChange().MayAnswer(ProblemType.Conflict);
        nodes.MapPatch("/{id}", PatchNode).WithName("patchNode").WithSummary("Change some fields of a node")
            .Accepts<JsonObject>(MergePatch.MediaType, "application/json").TakesPatchOf<NodeRequest>()
            .For(Role.Operator).HasETag().MakesChange().MayAnswer(ProblemType.Conflict);
        nodes.MapDelete("/{id}", DeleteNode).WithName("deleteNode").WithSummary("Delete a node").For(Role.Operator).HasETag().MakesChange();
        nodes.MapNodeStates();
        nodes.MapNodeHealth();
    }

    private static async Task<Results<Ok<NodeList>, ValidationProblem>> ListNodes(
        NodeStore store, string? state = null, string? health = null, string? region = null)
    {
        if (state is not null && !Word<NodeState>.Is(state))
            return ProblemsExtensions.Invalid("state", Word<NodeState>.Expected);
        if (health is not null && !Word<NodeHealth>.Is(health))
            return ProblemsExtensions.Invalid("health", Word<NodeHealth>.Expected);

        var wanted = from view in await store.ListAsync()
                     where state is null || Word<NodeState>.Of(view.Node.State) == state
                     where health is null || Word<NodeHealth>.Of(view.Status.Health) == health
                     where region is null || view.Node.Region == region
                     select NodeResponse.From(view);
        return TypedResults.Ok(new NodeList([.. wanted]));
    }

    // Never answered with 304: the entity tag is the document's, and what is seen of the node changes without it.
    private static async Task<Results<Ok<NodeResponse>, ProblemHttpResult>> GetNode(string id, HttpContext context, NodeStore store)
    {
        if (await store.FindAsync(id) is not { } found)
            return ProblemsExtensions.NotFound($"node {id}");
        context.SetETag(found.Node.Revision);
        return TypedResults.Ok(NodeResponse.From(found));
    }

    private static async Task<Results<Ok<NodeResponse>, Created<NodeResponse>, ValidationProblem, ProblemHttpResult>> PutNode(
        [FromRoute(Name = "id")] string id, NodeRequest request, HttpContext context, NodeWriter writer, TimeProvider time)
    {
        if (!NodeId().IsMatch(id))
            return ProblemsExtensions.Invalid("id", "A node's id consists of 1 to 63 lower-case letters, digits and hyphens and begins with a letter.");
        if (request.Id is not null && request.Id != id)
            return ProblemsExtensions.Invalid("id", "The id in the body is not the one in the path.");

        var written = await writer.WriteAsync(context, id, current => Task.FromResult(
            context.Refusal(id, current?.Node.Revision ?? 0, request.Revision) is { } refusal
                ? new NodeIntent(Refusal: refusal)
                : request.StateProblem(current?.Node) is { } problem
                ? new NodeIntent(Refusal: Unfit(problem))
                : new NodeIntent(request.ToNode(id, current?.Node, time.GetUtcNow()))));
        return written switch
        {
            { Problem: { } problem } => problem,
            { Created: true, View: var view } => TypedResults.Created($"/api/v1/nodes/{id}", NodeResponse.From(view!)),
            { View: var view } => TypedResults.Ok(NodeResponse.From(view!)),
        };
    }

    private static async Task<Results<Ok<NodeResponse>, ProblemHttpResult>> PatchNode(
        string id, JsonElement patch, HttpContext context, NodeWriter writer, Patched patched, TimeProvider time)
    {
        if (patch.ValueKind != JsonValueKind.Object)
            return ProblemsExtensions.Of(ProblemType.Invalid, null, new Dictionary<string, string[]> { ["body"] = ["A JSON object is required."] });

        var written = await writer.WriteAsync(context, id, async current =>
        {
            if (current is null)
                return new NodeIntent(Refusal: ProblemsExtensions.NotFound($"node {id}"));
            if (context.Refusal(id, current.Node.Revision) is { } refusal)
                return new NodeIntent(Refusal: refusal);
            var (request, errors) = await patched.ReadAsync<NodeRequest>(NodeResponse.From(current), patch, context.RequestAborted);
            if (request.Id != id)
                errors["id"] = ["A node can't be renamed."];
            if (errors.Count > 0)
                return new NodeIntent(Refusal: ProblemsExtensions.Of(ProblemType.Invalid, null, errors));
            return context.Refusal(id, current.Node.Revision, request.Revision) is { } stale
                ? new NodeIntent(Refusal: stale)
                : request.StateProblem(current.Node) is { } problem
                ? new NodeIntent(Refusal: Unfit(problem))
                : new NodeIntent(request.ToNode(id, current.Node, time.GetUtcNow()));
        });
        return written.Problem is { } problem ? problem : TypedResults.Ok(NodeResponse.From(written.View!));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteNode(string id, HttpContext context, NodeStore store)
    {
        await foreach (var _ in WriteRounds.AttemptsAsync())
        {
            if (await store.FindAsync(id) is not { } current)
                return ProblemsExtensions.NotFound($"node {id}");
            if (context.Refusal(id, current.Node.Revision) is { } refusal)
                return refusal;

            var written = await store.DeleteAsync(id, context.Actor(), current.Node.Revision);
            if (written.Outcome == WriteOutcome.Conflict)
                continue;
            if (!written.Accepted)
                return ProblemsExtensions.NotFound($"node {id}");
            context.SetChange(written.Change);
            return TypedResults.NoContent();
        }
        return ProblemsExtensions.Contended(id);
    }

    private static ProblemHttpResult Unfit(string problem) =>
        ProblemsExtensions.Of(ProblemType.Conflict, problem, new Dictionary<string, string[]> { ["state"] = [problem] });

    // Begins with a letter, as it is a token in Cache-Status (RFC 8941 section 3.3.4).
    [GeneratedRegex("^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$")]
    internal static partial Regex NodeId();
}

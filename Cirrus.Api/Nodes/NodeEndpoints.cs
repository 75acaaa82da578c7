using System.Text.RegularExpressions;
using Cirrus.Api.Identities;
using Cirrus.Api.Problems;
using Cirrus.Api.Requests;
using Cirrus.Core.Identities;
using Cirrus.Core.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Cirrus.Api.Nodes;

/// <summary><c>/api/v1/nodes</c>.</summary>
internal static partial class NodeEndpoints
{
    public static void MapNodes(this IEndpointRouteBuilder routes)
    {
        var nodes = routes.MapGroup("/nodes").WithTags("Nodes");
        nodes.MapGet("/", ListNodes).For(Role.Viewer).OpenToConfined();
        nodes.MapGet("/{id}", GetNode).For(Role.Viewer).OpenToConfined();
        nodes.MapPut("/{id}", PutNode).For(Role.Operator);
        nodes.MapDelete("/{id}", DeleteNode).For(Role.Operator);
    }

    private static async Task<Ok<NodeList>> ListNodes(NodeStore store) =>
        TypedResults.Ok(new NodeList([.. (await store.ListAsync()).Select(NodeResponse.From)]));

    private static async Task<Results<Ok<NodeResponse>, ProblemHttpResult>> GetNode(string id, NodeStore store) =>
        await store.FindAsync(id) is { } found ? TypedResults.Ok(NodeResponse.From(found)) : ProblemsExtensions.NotFound($"node {id}");

    private static async Task<Results<Ok<NodeResponse>, Created<NodeResponse>, ValidationProblem, ProblemHttpResult>> PutNode(
        [FromRoute(Name = "id")] string id, NodeRequest request, HttpContext context, NodeStore store, TimeProvider time)
    {
        if (!NodeId().IsMatch(id))
            return ProblemsExtensions.Invalid("id", "A node's id consists of 1 to 63 lower-case letters, digits and hyphens and begins with a letter.");
        if (request.Id is not null && request.Id != id)
            return ProblemsExtensions.Invalid("id", "The id in the body is not the one in the path.");

        for (var round = 0; round < WriteRounds.Most; round++)
        {
            await WriteRounds.PauseBeforeAsync(round);
            var current = await store.FindAsync(id);
            if (context.Refusal(id, current?.Node.Revision ?? 0, request.Revision) is { } refusal)
                return refusal;

            var node = request.ToNode(id, current?.Node, time.GetUtcNow());
            var written = await store.PutAsync(node, context.Actor());
            if (!written.Accepted)
                continue;
            context.SetChange(written.Change);
            var response = NodeResponse.From(new NodeView(node, current?.Status ?? NodeStatus.Unknown));
            return current is null ? TypedResults.Created($"/api/v1/nodes/{id}", response) : TypedResults.Ok(response);
        }
        return ProblemsExtensions.Contended(id);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteNode(string id, HttpContext context, NodeStore store)
    {
        var written = await store.DeleteAsync(id, context.Actor());
        if (!written.Accepted)
            return ProblemsExtensions.NotFound($"node {id}");
        context.SetChange(written.Change);
        return TypedResults.NoContent();
    }

    // Begins with a letter, as it is a token in Cache-Status (RFC 8941 section 3.3.4).
    [GeneratedRegex("^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$")]
    private static partial Regex NodeId();
}

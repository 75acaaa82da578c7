using Cirrus.Api.Idempotency;
using Cirrus.Api.Identities;
using Cirrus.Api.OpenApi;
using Cirrus.Api.Problems;
using Cirrus.Api.Requests;
using Cirrus.Core.Idempotency;
using Cirrus.Core.Identities;
using Cirrus.Core.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cirrus.Api.Nodes;

/// <summary>The states of a node by their verbs: <c>POST /api/v1/nodes/{id}/drain</c>, <c>/activate</c> and <c>/disable</c>.</summary>
internal static class NodeStateEndpoints
{
    public static void MapNodeStates(this IEndpointRouteBuilder nodes)
    {
        nodes.MapPost("/{id}/drain", Drain).WithName("drainNode").WithSummary("Name a node no more; it goes on serving").Turns();
        nodes.MapPost("/{id}/activate", Activate).WithName("activateNode").WithSummary("Name a node when it is up").Turns();
        nodes.MapPost("/{id}/disable", Disable).WithName("disableNode").WithSummary("Neither name nor probe a node").Turns();
    }

    private static void Turns(this RouteHandlerBuilder route) => route.For(Role.Operator).HasETag().MakesChange().AnswersAgain(Turned);

    private static async Task<IResult> Turned(HttpContext context, IReadOnlyList<AcceptedWrite> writes)
    {
        var writer = context.RequestServices.GetRequiredService<NodeWriter>();
        return TypedResults.Ok(NodeResponse.From(await writer.AcceptedAsync(context, writes[0].Node, writes[0].Change)));
    }

    private static Task<Results<Ok<NodeResponse>, ProblemHttpResult>> Drain(string id, HttpContext context, NodeWriter writer, TimeProvider time) =>
        TurnAsync(id, NodeState.Draining, "node-drain", context, writer, time);

    private static Task<Results<Ok<NodeResponse>, ProblemHttpResult>> Activate(string id, HttpContext context, NodeWriter writer, TimeProvider time) =>
        TurnAsync(id, NodeState.Active, "node-activate", context, writer, time);

    private static Task<Results<Ok<NodeResponse>, ProblemHttpResult>> Disable(string id, HttpContext context, NodeWriter writer, TimeProvider time) =>
        TurnAsync(id, NodeState.Disabled, "node-disable", context, writer, time);

    private static async Task<Results<Ok<NodeResponse>, ProblemHttpResult>> TurnAsync(
        string id, NodeState state, string action, HttpContext context, NodeWriter writer, TimeProvider time)
    {
        var written = await writer.WriteAsync(context, id, current => Task.FromResult(Decide(current)), action);
        return written.Problem is { } problem ? problem : TypedResults.Ok(NodeResponse.From(written.View!));

        NodeIntent Decide(NodeView? current) =>
            current is null ? new(Refusal: ProblemsExtensions.NotFound($"node {id}"))
            : context.Refusal(id, current.Node.Revision) is { } refusal ? new(Refusal: refusal)
            : current.Node.State == state ? new()
            : new(current.Node with { State = state, Revision = current.Node.Revision + 1, UpdatedAt = time.GetUtcNow() });
    }
}

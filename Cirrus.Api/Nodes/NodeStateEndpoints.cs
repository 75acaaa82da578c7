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

/// <summary>
/// The states of a node by their verbs: <c>POST /api/v1/nodes/{id}/drain</c>, <c>/activate</c>, <c>/disable</c>, <c>/quarantine</c> and
/// <c>/release</c>.
/// </summary>
internal static class NodeStateEndpoints
{
    public static void MapNodeStates(this IEndpointRouteBuilder nodes)
    {
        nodes.MapPost("/{id}/drain", Drain).WithName("drainNode").WithSummary("Name a node no more; it goes on serving").Turns();
        nodes.MapPost("/{id}/activate", Activate).WithName("activateNode").WithSummary("Name a node when it is up").Turns();
        nodes.MapPost("/{id}/disable", Disable).WithName("disableNode").WithSummary("Neither name nor probe a node").Turns();
        nodes.MapPost("/{id}/quarantine", Quarantine).WithName("quarantineNode").WithSummary("Name a node no more until it is released").Turns();
        nodes.MapPost("/{id}/release", Release).WithName("releaseNode").WithSummary("End a node's quarantine").Turns();
    }

    private static void Turns(this RouteHandlerBuilder route) => route.For(Role.Operator).HasETag().MakesChange().AnswersAgain(Turned);

    private static async Task<IResult> Turned(HttpContext context, IReadOnlyList<AcceptedWrite> writes)
    {
        var writer = context.RequestServices.GetRequiredService<NodeWriter>();
        return TypedResults.Ok(NodeResponse.From(await writer.AcceptedAsync(context, writes[0].Node, writes[0].Change)));
    }

    private static Task<Results<Ok<NodeResponse>, ProblemHttpResult>> Drain(string id, HttpContext context, NodeWriter writer, TimeProvider time) =>
        TurnAsync(id, n => Turned(n, NodeState.Draining), "node-drain", context, writer, time);

    private static Task<Results<Ok<NodeResponse>, ProblemHttpResult>> Activate(string id, HttpContext context, NodeWriter writer, TimeProvider time) =>
        TurnAsync(id, n => Turned(n, NodeState.Active), "node-activate", context, writer, time);

    private static Task<Results<Ok<NodeResponse>, ProblemHttpResult>> Disable(string id, HttpContext context, NodeWriter writer, TimeProvider time) =>
        TurnAsync(id, n => Turned(n, NodeState.Disabled), "node-disable", context, writer, time);

    private static async Task<Results<Ok<NodeResponse>, ValidationProblem, ProblemHttpResult>> Quarantine(
        string id, QuarantineRequest request, HttpContext context, NodeWriter writer, TimeProvider time)
    {
        var quarantine = new Quarantine(request.Reason!, context.Actor().Name, time.GetUtcNow());
        var turned = await TurnAsync(
            id,
            n => n.Quarantine is { Automatic: false } q && q.Reason == quarantine.Reason
                ? null : n with { State = NodeState.Quarantined, Quarantine = quarantine },
            "node-quarantine", context, writer, time);
        return turned.Result is Ok<NodeResponse> ok ? ok : (ProblemHttpResult)turned.Result;
    }

    private static Task<Results<Ok<NodeResponse>, ProblemHttpResult>> Release(string id, HttpContext context, NodeWriter writer, TimeProvider time) =>
        TurnAsync(id, n => n.State == NodeState.Quarantined ? Turned(n, NodeState.Active) : null, "node-release", context, writer, time);

    // Null: it is so already.
    private static Node? Turned(Node node, NodeState state) => node.State == state ? null : node with { State = state, Quarantine = null };

    private static async Task<Results<Ok<NodeResponse>, ProblemHttpResult>> TurnAsync(
        string id, Func<Node, Node?> turn, string action, HttpContext context, NodeWriter writer, TimeProvider time)
    {
        var written = await writer.WriteAsync(context, id, current => Task.FromResult(Decide(current)), action);
        return written.Problem is { } problem ? problem : TypedResults.Ok(NodeResponse.From(written.View!));

        NodeIntent Decide(NodeView? current) =>
            current is null ? new(Refusal: ProblemsExtensions.NotFound($"node {id}"))
            : context.Refusal(id, current.Node.Revision) is { } refusal ? new(Refusal: refusal)
            : turn(current.Node) is not { } turned ? new()
            : new(turned with { Revision = current.Node.Revision + 1, UpdatedAt = time.GetUtcNow() });
    }
}

using System.ComponentModel.DataAnnotations;
using Cirrus.Api.Domains;
using Cirrus.Api.Identities;
using Cirrus.Api.Problems;
using Cirrus.Api.Requests;
using Cirrus.Core.Changes;
using Cirrus.Core.Identities;
using Cirrus.Core.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cirrus.Api.Nodes;

/// <summary>What was seen of a node so far: <c>GET /api/v1/nodes/{id}/health</c> and <c>/latency</c>.</summary>
internal static class NodeHealthEndpoints
{
    public static void MapNodeHealth(this IEndpointRouteBuilder nodes)
    {
        nodes.MapGet("/{id}/health", GetHealth).WithName("getNodeHealth")
            .WithSummary("Show who sees the node how, and the turns of its health, newest first").For(Role.Viewer).OpenToConfined();
        nodes.MapGet("/{id}/latency", GetLatency).WithName("getNodeLatency")
            .WithSummary("Show how long probes of the node took, newest first").For(Role.Viewer).OpenToConfined();
    }

    private static async Task<Results<Ok<NodeHealthPage>, ValidationProblem, ProblemHttpResult>> GetHealth(
        string id, NodeStore nodes, VoteStore votes, HealthHistory history,
        [Range(1, 1000, ErrorMessage = "A limit is between 1 and 1000.")] int limit = 100, string? after = null, string? since = null)
    {
        if (Read(after, since, out var before, out var from) is { } invalid)
            return invalid;
        if (await nodes.FindAsync(id) is not { } found)
            return ProblemsExtensions.NotFound($"node {id}");
        // One more than asked for tells whether there is a next page.
        var turns = await history.TurnsAsync(id, before, from, limit + 1);
        return TypedResults.Ok(NodeHealthPage.From(found, await votes.FindAsync(id), turns, limit));
    }

    private static async Task<Results<Ok<Page<NodeLatency>>, ValidationProblem, ProblemHttpResult>> GetLatency(
        string id, NodeStore nodes, HealthHistory history,
        [Range(1, 1440, ErrorMessage = "A limit is between 1 and 1440.")] int limit = 60, string? after = null, string? since = null)
    {
        if (Read(after, since, out var before, out var from) is { } invalid)
            return invalid;
        if (await nodes.FindAsync(id) is null)
            return ProblemsExtensions.NotFound($"node {id}");
        var entries = await history.LatenciesAsync(id, before, from, limit + 1);
        return TypedResults.Ok(new Page<NodeLatency>(
            [.. entries.Take(limit).Select(NodeLatency.From)], entries.Count > limit ? entries[limit - 1].Id.ToString() : null));
    }

    private static ValidationProblem? Read(string? after, string? since, out ChangeId? before, out DateTimeOffset from)
    {
        (before, from) = (null, DateTimeOffset.UnixEpoch);
        if (since is not null && !Timestamp.TryParse(since, out from))
            return ProblemsExtensions.Invalid("since", Timestamp.Expected);
        if (after is null)
            return null;
        // Nothing has the id 0-0, and Redis takes nothing to be before it.
        if (!ChangeId.TryParse(after, out var position) || position == ChangeId.Zero)
            return ProblemsExtensions.Invalid("after", "This is not what a page has as its next.");
        before = position;
        return null;
    }
}

using Cirrus.Api.Problems;
using Cirrus.Api.Requests;
using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cirrus.Api.Nodes;

/// <summary>What a request makes of a stored node: another node, nothing (both null: it is so already), or a refusal.</summary>
internal sealed record NodeIntent(Node? Node = null, ProblemHttpResult? Refusal = null);

/// <summary>How a write ended: the node as it is now, or a problem.</summary>
internal sealed record WrittenNode(NodeView? View = null, bool Created = false, ProblemHttpResult? Problem = null);

/// <summary>Writes nodes on top of whatever others write at the same time.</summary>
internal sealed class NodeWriter(NodeStore store)
{
    /// <param name="decide">Asked again, with what is stored by then, whenever somebody else was first.</param>
    /// <param name="action">What the audit trail calls it.</param>
    public async Task<WrittenNode> WriteAsync(
        HttpContext context, string id, Func<NodeView?, Task<NodeIntent>> decide, string action = ChangeTypes.NodePut)
    {
        await foreach (var _ in WriteRounds.AttemptsAsync())
        {
            var current = await store.FindAsync(id);
            var (node, refusal) = await decide(current);
            if (refusal is not null)
                return new WrittenNode(Problem: refusal);
            if (node is null)
            {
                context.SetETag(current!.Node.Revision);
                return new WrittenNode(current);
            }

            var written = await store.PutAsync(node, context.Actor(), action);
            if (written.Taken is { } taken)
                return new WrittenNode(Problem: Taken(node, taken));
            if (!written.Accepted)
                continue;
            return new WrittenNode(
                await AcceptedAsync(context, node with { Revision = written.Revision }, written.Change), Created: current is null);
        }
        return new WrittenNode(Problem: ProblemsExtensions.Contended(id));
    }

    /// <summary>What is answered once a write is accepted.</summary>
    public async Task<NodeView> AcceptedAsync(HttpContext context, Node node, ChangeId change)
    {
        context.SetChange(change);
        context.SetETag(node.Revision);
        // Read after the write, for with a new address its health began anew.
        return new NodeView(node, (await store.FindAsync(node.Id))?.Status ?? NodeStatus.Unknown);
    }

    private static ProblemHttpResult Taken(Node node, TakenAddress taken)
    {
        var field = $"addresses[{node.Addresses.ToList().IndexOf(taken.Address)}]";
        var message = $"{taken.Address} is an address of node {taken.Node}.";
        return ProblemsExtensions.Of(ProblemType.Conflict, message, new Dictionary<string, string[]> { [field] = [message] });
    }
}

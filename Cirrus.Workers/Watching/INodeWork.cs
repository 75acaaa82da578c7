using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;

namespace Cirrus.Workers.Watching;

/// <summary>What a <see cref="NodeFollower"/> keeps going for every node.</summary>
internal interface INodeWork
{
    /// <summary>The log is followed from this change on; the nodes are read next.</summary>
    void Restart(ChangeId position);

    /// <summary>These changes came, oldest first.</summary>
    void See(IReadOnlyList<Change> changes);

    /// <summary>Begins what is to be done for a node.</summary>
    WatchedNode Start(NodeView view, CancellationToken cancellation);

    /// <summary>The node is deleted, and its work has ended.</summary>
    Task ForgetAsync(string id);
}

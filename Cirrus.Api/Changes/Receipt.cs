using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;

namespace Cirrus.Api.Changes;

/// <summary>Who has applied a change, and how long after it was accepted that was seen.</summary>
/// <param name="Applied">
/// True when every node that clients are led to and every reachable secondary has applied it. A node that is down or disabled and an
/// unreachable secondary are listed but not waited for: they serve nobody, and a node is only named again when it has caught up.
/// </param>
public sealed record Receipt(
    ChangeId Id,
    DateTimeOffset At,
    string Type,
    string Key,
    bool Applied,
    IReadOnlyList<NodeReceipt> Nodes,
    IReadOnlyList<SecondaryReceipt> Secondaries);

/// <summary>A node's part of a receipt; milliseconds is null until it has applied the change, and when that is too long ago to be known.</summary>
public sealed record NodeReceipt(string Id, bool Applied, long? Milliseconds, NodeHealth Health, NodeState State)
{
    internal bool IsDone => Applied || Health == NodeHealth.Down || State == NodeState.Disabled;
}

/// <summary>A secondary's part of a receipt; milliseconds is null until it serves a zone with the change, and when that is too long ago to be known.</summary>
public sealed record SecondaryReceipt(string Name, bool Applied, long? Milliseconds, bool Reachable, uint Serial);

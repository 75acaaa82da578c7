using Cirrus.Core.Changes;
using Cirrus.Core.Redis;

namespace Cirrus.Core.Nodes;

/// <summary>The result of writing a node.</summary>
/// <param name="Outcome"><see cref="WriteOutcome.Conflict"/> also when <paramref name="Taken"/> says that an address is another node's.</param>
/// <param name="Change">The change id, when accepted.</param>
/// <param name="Taken">Why the revision was not the matter.</param>
/// <param name="Revision">The node's revision, when accepted.</param>
public readonly record struct NodeWrite(WriteOutcome Outcome, ChangeId Change, TakenAddress? Taken = null, int Revision = 0)
{
    public bool Accepted => Outcome == WriteOutcome.Accepted;
}

/// <summary>An address that belongs to another node.</summary>
public sealed record TakenAddress(string Address, string Node);

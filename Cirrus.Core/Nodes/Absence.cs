using Cirrus.Core.Changes;

namespace Cirrus.Core.Nodes;

/// <summary>Since when DNS has not named a node, as Dns noted it.</summary>
/// <param name="Change">The change since which the zone does not name it.</param>
/// <param name="Ttl">Seconds that the answers held that did.</param>
/// <param name="Over">When the last of them has run out; null while a name server may still give them.</param>
public sealed record Absence(ChangeId Change, int Ttl, DateTimeOffset? Over);

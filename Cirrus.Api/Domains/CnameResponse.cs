using Cirrus.Core.Steering;

namespace Cirrus.Api.Domains;

/// <summary>Where a domain's clients are led.</summary>
/// <param name="Ttl">Seconds.</param>
/// <param name="Nodes">Those that DNS names now.</param>
/// <param name="WaitingFor">
/// Why DNS does not name all nodes that are chosen for the domain: it wants TLS, and has no certificate yet, or some of the nodes have yet to apply it. Null when all
/// are named.
/// </param>
public sealed record CnameResponse(string AccessName, int Ttl, IReadOnlyList<AssignedNode> Nodes, Awaited? WaitingFor);

/// <summary>A node that DNS names for a domain.</summary>
public sealed record AssignedNode(string Id, IReadOnlyList<string> Addresses);

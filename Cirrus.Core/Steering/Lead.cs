using Cirrus.Core.Domains;

namespace Cirrus.Core.Steering;

/// <summary>How a domain is led.</summary>
/// <param name="Group">The nodes that are chosen from.</param>
/// <param name="Count">At most so many are named.</param>
/// <param name="Ttl">Seconds that answers hold.</param>
public sealed record Lead(NodeGroup Group, int Count, int Ttl)
{
    public static Lead Of(DomainSteering? steering, ZoneOptions zone) =>
        new(NodeGroup.Of(steering), steering?.Nodes ?? zone.NodesPerDomain, steering?.Ttl ?? (int)zone.Ttl.TotalSeconds);
}

/// <summary>All that decides what DNS says of a domain, but for the nodes.</summary>
/// <param name="Gate">What is waited for before nodes are named; null: nothing.</param>
/// <param name="Caa">The CAA records of its access name (<see cref="Authorities"/>).</param>
public sealed record SteeredDomain(Lead Lead, TlsGate? Gate, string Caa = "");

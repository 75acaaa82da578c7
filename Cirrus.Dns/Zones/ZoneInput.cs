using System.Net;
using Cirrus.Core.Acme;
using Cirrus.Core.Nodes;
using Cirrus.Core.Steering;

namespace Cirrus.Dns.Zones;

/// <summary>Everything a zone is made of.</summary>
/// <param name="NameServers">In the order of the configuration, at least one.</param>
/// <param name="Domains">How they are led, by normalised name.</param>
/// <param name="Challenges">Of all orders for certificates under way, in any order.</param>
internal sealed record ZoneInput(
    ZoneOptions Zone,
    DnsOptions Dns,
    IReadOnlyList<NameServer> NameServers,
    IReadOnlyDictionary<string, SteeredDomain> Domains,
    IReadOnlyList<NodeView> Nodes,
    IReadOnlyList<Challenge> Challenges);

/// <summary>A name server of the zone.</summary>
/// <param name="Label">Such as <c>ns1</c>.</param>
/// <param name="Glue">The addresses of its name.</param>
internal sealed record NameServer(string Label, IReadOnlyList<IPAddress> Glue);

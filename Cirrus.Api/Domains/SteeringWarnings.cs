using Cirrus.Core.Domains;
using Cirrus.Core.Nodes;
using Cirrus.Core.Steering;

namespace Cirrus.Api.Domains;

/// <summary>What is worth a second look in where a domain is to be led, with the nodes there are.</summary>
internal static class SteeringWarnings
{
    public static IEnumerable<Warning> Of(CdnDomain domain, IReadOnlyList<NodeView> nodes)
    {
        if (domain.Steering is not ({ Pool: not null } or { Regions: not null }))
            yield break;
        var pool = NodeGroup.Of(domain.Steering with { Regions = null });
        var active = nodes.Select(v => v.Node).Where(n => n.State == NodeState.Active && pool.Has(n)).ToList();
        if (active.Count == 0)
            yield return new Warning("steering.pool", $"The pool {pool.Pool} has no active node: DNS would name none for this domain.");
        foreach (var (index, region) in (domain.Steering.Regions ?? []).Index())
        {
            if (active.Count > 0 && !active.Exists(n => n.Region == region))
                yield return new Warning($"steering.regions[{index}]", $"No active node of the pool {pool.Pool} is in {region}.");
        }
    }
}

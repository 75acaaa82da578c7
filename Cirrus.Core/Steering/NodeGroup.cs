using Cirrus.Core.Domains;
using Cirrus.Core.Nodes;

namespace Cirrus.Core.Steering;

/// <summary>The nodes that a domain may be led to: those of one pool, and of certain regions where the domain is for those only.</summary>
public sealed record NodeGroup
{
    /// <summary>Of nodes and domains that name none.</summary>
    public const string DefaultPool = "default";

    /// <summary>Of a domain that asks for nothing.</summary>
    public static readonly NodeGroup Default = new(DefaultPool, "");

    // One text, so that equal groups are found equal at once; no region has a space.
    private NodeGroup(string pool, string regions)
    {
        Pool = pool;
        Regions = regions;
    }

    public string Pool { get; }

    /// <summary>In order, with spaces between; empty: all.</summary>
    public string Regions { get; }

    public static NodeGroup Of(DomainSteering? steering)
    {
        var regions = string.Join(' ', (steering?.Regions ?? []).Distinct().Order(StringComparer.Ordinal));
        return regions.Length > 0 || steering?.Pool is not (null or DefaultPool) ? new NodeGroup(steering?.Pool ?? DefaultPool, regions) : Default;
    }

    /// <summary>All nodes of a pool.</summary>
    public static NodeGroup OfPool(string pool) => pool == DefaultPool ? Default : new NodeGroup(pool, "");

    /// <summary>The pools that a node is in.</summary>
    public static IReadOnlyList<string> PoolsOf(Node node) => node.Pools ?? [DefaultPool];

    public bool Has(Node node) => PoolsOf(node).Contains(Pool) && (Regions.Length == 0 || Regions.Split(' ').Contains(node.Region));
}

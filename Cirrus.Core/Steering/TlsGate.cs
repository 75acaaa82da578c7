using System.Text.Json.Serialization;
using Cirrus.Core.Changes;
using Cirrus.Core.Domains;
using Cirrus.Core.Nodes;

namespace Cirrus.Core.Steering;

/// <summary>Keeps nodes that do not have a domain's certificate out of DNS: a pure function, so the API can tell what DNS will say.</summary>
/// <param name="Present">The change since which the domain has had a certificate without a gap; null: it has none.</param>
/// <param name="Hold">While no node has it, none is named; else all that were chosen are, for clients are there already.</param>
public sealed record TlsGate(ChangeId? Present, bool Hold)
{
    /// <summary>The gate of a domain; null when it does not want TLS and all its nodes may be named.</summary>
    public static TlsGate? Of(DomainTls? tls, ChangeId? present) => tls is { IsWanted: true } ? new TlsGate(present, tls.HoldDns) : null;

    /// <summary>Those of the chosen nodes that may be named, in their order.</summary>
    /// <param name="applied">By id of node.</param>
    public IReadOnlyList<Node> Pass(IReadOnlyList<Node> chosen, IReadOnlyDictionary<string, ChangeId> applied)
    {
        // Not the newest certificate: a node that still has the one before serves valid TLS.
        bool Has(Node node) => Present <= applied[node.Id];
        // Nearly always all have it, and this is asked for each name of a zone.
        if (chosen.All(Has))
            return chosen;
        var passed = chosen.Where(Has).ToList();
        return passed.Count > 0 || Hold ? passed : chosen;
    }

    /// <summary>Why not all that were chosen are named; null when they are.</summary>
    public Awaited? Awaits(IReadOnlyList<Node> chosen, IReadOnlyList<Node> named) =>
        named.Count == chosen.Count ? null
        : Present is null ? Awaited.Certificate
        : Awaited.Nodes;
}

/// <summary>What DNS waits for before it names every node that was chosen for a domain.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Awaited>))]
public enum Awaited
{
    /// <summary>The domain has none yet.</summary>
    [JsonStringEnumMemberName("certificate")] Certificate,

    /// <summary>That they apply the certificate.</summary>
    [JsonStringEnumMemberName("nodes")] Nodes,

    /// <summary>That a node of the domain's pool and regions is active: there is none.</summary>
    [JsonStringEnumMemberName("pool")] Pool,
}

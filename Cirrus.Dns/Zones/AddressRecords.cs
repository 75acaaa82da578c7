using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using ARSoft.Tools.Net.Dns;
using Cirrus.Core.Nodes;

namespace Cirrus.Dns.Zones;

/// <summary>The records of names that lead to the same nodes, made once for all of them.</summary>
internal sealed class AddressRecords
{
    /// <summary>
    /// The TXT record of an access name that has no address. A name without records does not exist, and resolvers would keep NXDOMAIN;
    /// with this one it exists and has no address. It says nothing of the domain behind it.
    /// </summary>
    public const string NoNode = "no node is ready";

    /// <summary>The same where there is no node that could be.</summary>
    public const string NoPool = "no node is in the pool";

    private readonly Dictionary<(IReadOnlyList<Node> Nodes, int Ttl, string Caa), NameRecords> _known = new(SameNodes.Instance);
    private readonly Dictionary<(string Reason, int Ttl, string Caa), NameRecords> _without = [];

    /// <param name="caa">The CAA records beside the addresses; empty: none.</param>
    /// <param name="isEmpty">Why there are no nodes, where there are none.</param>
    public NameRecords Of(IReadOnlyList<Node> nodes, int ttl, string caa = "", bool isEmpty = false)
    {
        if (nodes.Count == 0)
            return Without(isEmpty ? NoPool : NoNode, ttl, caa);
        if (!_known.TryGetValue((nodes, ttl, caa), out var records))
            _known.Add((nodes, ttl, caa), records = Of(nodes.SelectMany(n => n.Addresses).Select(IPAddress.Parse), ttl, caa));
        return records;
    }

    public NameRecords Of(IEnumerable<IPAddress> all, int ttl, string caa = "")
    {
        var addresses = all.Distinct().ToLookup(a => a.AddressFamily);
        RecordSet[] sets =
        [
            RecordSet.OfAddresses(RecordType.A, ttl, addresses[AddressFamily.InterNetwork]),
            RecordSet.OfAddresses(RecordType.Aaaa, ttl, addresses[AddressFamily.InterNetworkV6]),
            .. Authorities(ttl, caa),
        ];
        return addresses.Count == 0 ? Without(NoNode, ttl, caa) : new NameRecords(sets.Where(s => s.Data.Count > 0));
    }

    private NameRecords Without(string reason, int ttl, string caa)
    {
        if (!_without.TryGetValue((reason, ttl, caa), out var records))
            _without.Add((reason, ttl, caa), records = new NameRecords([RecordSet.OfText(ttl, [reason]), .. Authorities(ttl, caa)]));
        return records;
    }

    private static IEnumerable<RecordSet> Authorities(int ttl, string caa) => caa.Length == 0 ? [] : [RecordSet.OfAuthorities(ttl, caa)];

    // The very same objects, in whatever order: their number is small, and comparing is quick.
    private sealed class SameNodes : IEqualityComparer<(IReadOnlyList<Node> Nodes, int Ttl, string Caa)>
    {
        public static readonly SameNodes Instance = new();

        public bool Equals((IReadOnlyList<Node> Nodes, int Ttl, string Caa) x, (IReadOnlyList<Node> Nodes, int Ttl, string Caa) y)
        {
            if (x.Ttl != y.Ttl || x.Caa != y.Caa || x.Nodes.Count != y.Nodes.Count)
                return false;
            for (var i = 0; i < x.Nodes.Count; i++)
            {
                if (!Has(y.Nodes, x.Nodes[i]))
                    return false;
            }
            return true;
        }

        public int GetHashCode((IReadOnlyList<Node> Nodes, int Ttl, string Caa) key)
        {
            var hash = 0;
            for (var i = 0; i < key.Nodes.Count; i++)
                hash += RuntimeHelpers.GetHashCode(key.Nodes[i]);
            return HashCode.Combine(hash, key.Ttl, key.Caa);
        }

        private static bool Has(IReadOnlyList<Node> nodes, Node node)
        {
            for (var i = 0; i < nodes.Count; i++)
            {
                if (ReferenceEquals(nodes[i], node))
                    return true;
            }
            return false;
        }
    }
}

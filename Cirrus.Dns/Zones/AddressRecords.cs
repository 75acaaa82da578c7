using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using ARSoft.Tools.Net.Dns;
using Cirrus.Core.Nodes;

namespace Cirrus.Dns.Zones;

/// <summary>The records of names that lead to the same nodes, made once for all of them.</summary>
internal sealed class AddressRecords(int ttl)
{
    /// <summary>
    /// The TXT record of an access name that has no address. A name without records does not exist, and resolvers would keep NXDOMAIN;
    /// with this one it exists and has no address. It says nothing of the domain behind it.
    /// </summary>
    public const string NoNode = "no node is ready";

    private readonly Dictionary<IReadOnlyList<Node>, NameRecords> _known = new(SameNodes.Instance);
    private readonly NameRecords _none = new([RecordSet.OfText(ttl, [NoNode])]);

    public NameRecords Of(IReadOnlyList<Node> nodes)
    {
        if (nodes.Count == 0)
            return _none;
        if (!_known.TryGetValue(nodes, out var records))
            _known.Add(nodes, records = Of(nodes.SelectMany(n => n.Addresses).Select(IPAddress.Parse)));
        return records;
    }

    public NameRecords Of(IEnumerable<IPAddress> all)
    {
        var addresses = all.Distinct().ToLookup(a => a.AddressFamily);
        RecordSet[] sets =
        [
            RecordSet.OfAddresses(RecordType.A, ttl, addresses[AddressFamily.InterNetwork]),
            RecordSet.OfAddresses(RecordType.Aaaa, ttl, addresses[AddressFamily.InterNetworkV6]),
        ];
        return addresses.Count == 0 ? _none : new NameRecords(sets.Where(s => s.Data.Count > 0));
    }

    // The very same objects, in the same order: their number is small, and comparing is quick.
    private sealed class SameNodes : IEqualityComparer<IReadOnlyList<Node>>
    {
        public static readonly SameNodes Instance = new();

        public bool Equals(IReadOnlyList<Node>? x, IReadOnlyList<Node>? y)
        {
            if (x!.Count != y!.Count)
                return false;
            for (var i = 0; i < x.Count; i++)
            {
                if (!ReferenceEquals(x[i], y[i]))
                    return false;
            }
            return true;
        }

        public int GetHashCode(IReadOnlyList<Node> nodes)
        {
            var hash = 0;
            for (var i = 0; i < nodes.Count; i++)
                hash = HashCode.Combine(hash, RuntimeHelpers.GetHashCode(nodes[i]));
            return hash;
        }
    }
}

using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using ARSoft.Tools.Net.Dns;
using Cirrus.Core.Nodes;

namespace Cirrus.Dns.Zones;

/// <summary>The records of names that lead to the same nodes, made once for all of them, whichever threads ask.</summary>
internal sealed class AddressRecords
{
    /// <summary>
    /// The TXT record of an access name that has no address. A name without records does not exist, and resolvers would keep NXDOMAIN;
    /// with this one it exists and has no address. It says nothing of the domain behind it.
    /// </summary>
    public const string NoNode = "no node is ready";

    /// <summary>The same where there is no node that could be.</summary>
    public const string NoPool = "no node is in the pool";

    private readonly ConcurrentDictionary<(IReadOnlyList<Node> Nodes, int Ttl, string Caa), NameRecords> _known = new(SameNodes.Instance);
    private readonly ConcurrentDictionary<(string Reason, int Ttl, string Caa), NameRecords> _without = new();
    private readonly ConcurrentDictionary<Node, Addresses> _addresses = new(ReferenceEqualityComparer.Instance);

    /// <param name="caa">The CAA records beside the addresses; empty: none.</param>
    /// <param name="isEmpty">Why there are no nodes, where there are none.</param>
    public NameRecords Of(IReadOnlyList<Node> nodes, int ttl, string caa = "", bool isEmpty = false) => nodes.Count == 0
        ? Without(isEmpty ? NoPool : NoNode, ttl, caa)
        : _known.GetOrAdd((nodes, ttl, caa), static (key, all) => all.Of([.. key.Nodes.Select(all.AddressesOf)], key.Ttl, key.Caa), this);

    public NameRecords Of(IEnumerable<IPAddress> addresses, int ttl) => Of([Addresses.Of(addresses)], ttl, "");

    private NameRecords Of(Addresses[] all, int ttl, string caa)
    {
        RecordSet[] sets =
        [
            new RecordSet(RecordType.A, ttl, all.SelectMany(a => a.IPv4)),
            new RecordSet(RecordType.Aaaa, ttl, all.SelectMany(a => a.IPv6)),
        ];
        sets = Array.FindAll(sets, s => !s.Data.IsEmpty);
        return sets.Length == 0 ? Without(NoNode, ttl, caa) : new NameRecords(sets.Concat(Authorities(ttl, caa)));
    }

    private Addresses AddressesOf(Node node) => _addresses.GetOrAdd(node, static n => Addresses.Of(n.Addresses.Select(IPAddress.Parse)));

    private NameRecords Without(string reason, int ttl, string caa) => _without.GetOrAdd(
        (reason, ttl, caa), static key => new NameRecords([RecordSet.OfText(key.Ttl, [key.Reason]), .. Authorities(key.Ttl, key.Caa)]));

    private static IEnumerable<RecordSet> Authorities(int ttl, string caa) => caa.Length == 0 ? [] : [RecordSet.OfAuthorities(ttl, caa)];

    /// <summary>In the format of messages.</summary>
    private sealed record Addresses(byte[][] IPv4, byte[][] IPv6)
    {
        public static Addresses Of(IEnumerable<IPAddress> all)
        {
            var octets = all.ToLookup(a => a.AddressFamily, a => a.GetAddressBytes());
            return new Addresses([.. octets[AddressFamily.InterNetwork]], [.. octets[AddressFamily.InterNetworkV6]]);
        }
    }

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

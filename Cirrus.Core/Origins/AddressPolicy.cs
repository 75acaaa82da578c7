using System.Net;
using System.Net.Sockets;

namespace Cirrus.Core.Origins;

/// <summary>
/// Which addresses an origin may have: those of the Internet, and of other networks those that are allowed. An edge stands where its operator's
/// own servers are, and a domain whose origin is one of them would show that to everyone (server-side request forgery).
/// </summary>
/// <param name="allowed">Networks that are allowed though they are not public.</param>
public sealed class AddressPolicy(IReadOnlyList<IPNetwork> allowed)
{
    private const string Metadata = "an address of a cloud's metadata service";

    // Those of the special-purpose registries of IANA (RFC 6890) that are not globally reachable, and multicast: the same as in the edge, which
    // would refuse them later. The first that contains an address names it.
    internal static readonly (IPNetwork Network, string What)[] NotPublic =
    [
        .. Networks(Metadata, "169.254.169.254/32", "fd00:ec2::254/128"),
        .. Networks("an unspecified address", "0.0.0.0/8", "::/128"),
        .. Networks("a loopback address", "127.0.0.0/8", "::1/128"),
        .. Networks("a private address", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fec0::/10"),
        .. Networks("an address of a carrier's inside", "100.64.0.0/10"),
        .. Networks("a link-local address", "169.254.0.0/16", "fe80::/10"),
        .. Networks("a multicast address", "224.0.0.0/4", "ff00::/8"),
        .. Networks("an address for documentation", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20"),
        .. Networks("a reserved address", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15", "240.0.0.0/4"),
        .. Networks("a reserved address", "::/96", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64", "2001::/23", "5f00::/16"),
    ];

    // IPv6 networks whose addresses lead to the IPv4 address in them, and where in the 16 octets that is (RFC 6052, RFC 2765, RFC 3056).
    internal static readonly (IPNetwork Network, int Offset)[] Embedding =
    [
        (IPNetwork.Parse("64:ff9b::/96"), 12), (IPNetwork.Parse("::ffff:0:0:0/96"), 12), (IPNetwork.Parse("2002::/16"), 2),
    ];

    /// <summary>What kind of address it is, such as <c>a private address</c>, when it may not be used; else null.</summary>
    public string? Problem(IPAddress address)
    {
        var meant = Meant(address);
        var what = NotPublic.FirstOrDefault(n => n.Network.Contains(meant)).What;
        return what is null || allowed.Any(n => n.Contains(meant)) ? null : what;
    }

    /// <summary>
    /// The same for names that say by themselves where they lead: <c>localhost</c> and all below it (RFC 6761 section 6.3), and a metadata
    /// service. Others can only be judged when they are resolved.
    /// </summary>
    /// <param name="name">Normalised.</param>
    public string? Problem(string name) => name switch
    {
        "localhost" => Problem(IPAddress.Loopback) ?? Problem(IPAddress.IPv6Loopback),
        "metadata.google.internal" => Problem(IPAddress.Parse("169.254.169.254")),
        _ when name.EndsWith(".localhost", StringComparison.Ordinal) => Problem("localhost"),
        _ => null,
    };

    private static IPAddress Meant(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address;
        // Apart from the others: IPNetwork takes such an address for IPv4, also against IPv6 networks.
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        var offset = Embedding.FirstOrDefault(e => e.Network.Contains(address)).Offset;
        return offset == 0 ? address : new IPAddress(address.GetAddressBytes().AsSpan(offset, 4));
    }

    private static IEnumerable<(IPNetwork Network, string What)> Networks(string what, params string[] networks) =>
        networks.Select(n => (IPNetwork.Parse(n), what));
}

using System.Net;
using System.Net.Sockets;

namespace Cirrus.Core.Identities;

/// <summary>What counts as one client without a credential: an IPv4 address, or the /64 that one IPv6 host may have whole.</summary>
public static class ClientNetwork
{
    private const int PrefixOctets = 8;

    /// <summary>The address, or the first of the /64; empty when there is none, as on a unix socket.</summary>
    public static string Of(IPAddress? address)
    {
        if (address is null)
            return "";
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4().ToString();
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address.ToString();
        var octets = address.GetAddressBytes();
        octets.AsSpan(PrefixOctets).Clear();
        return $"{new IPAddress(octets)}/64";
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Cirrus.Dns.Transfers;

/// <summary>Who may transfer the zone: whole zones tell every access name there is.</summary>
internal static class TransferAcl
{
    /// <summary>Reads an address or a CIDR.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out IPNetwork? network)
    {
        network = IPAddress.TryParse(text, out var address) ? Single(address)
            : IPNetwork.TryParse(text, out var parsed) ? parsed
            : null;
        return network is not null;
    }

    /// <summary>The network of one address.</summary>
    public static IPNetwork Single(IPAddress address) => new(address, address.GetAddressBytes().Length * 8);

    public static bool Allows(IEnumerable<IPNetwork> allowed, IPAddress client)
    {
        var plain = client.IsIPv4MappedToIPv6 ? client.MapToIPv4() : client;
        return allowed.Any(n => n.Contains(plain));
    }
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Cirrus.Api.Requests;

namespace Cirrus.Api.Domains;

/// <summary>Networks of clients: an address, or CIDR (RFC 4632, RFC 4291 section 2.3).</summary>
internal static class Network
{
    /// <summary>Reads a network; an address alone is one of its own.</summary>
    /// <returns>Null when it is fine, else what is wrong with it.</returns>
    public static string? Normalise(string text, out string normal)
    {
        normal = text;
        var parts = text.Split('/');
        if (parts.Length > 2 || !IpLiteral.TryParse(parts[0], out var address))
            return "A network looks like 192.0.2.0/24 or 2001:db8::/32; an address alone will do.";
        if (address.IsIPv4MappedToIPv6)
            return $"Clients with IPv4 are known by {address.MapToIPv4()}, without ::ffff: before it.";
        var most = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        var length = most;
        if (parts.Length == 2 && !TryReadLength(parts[1], most, out length))
            return $"The length of a prefix is between 0 and {most} here.";
        var network = Containing(address, length);
        normal = network.ToString();
        return network.BaseAddress.Equals(address) ? null : $"{text} has bits beyond its prefix; the network is {normal}, the address alone {address}/{most}.";
    }

    private static bool TryReadLength(string text, int most, out int length) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out length) && length <= most && text == $"{length}";

    private static IPNetwork Containing(IPAddress address, int length)
    {
        var octets = address.GetAddressBytes();
        for (var i = 0; i < octets.Length; i++)
            octets[i] &= (byte)(0xff00 >> Math.Clamp(length - (i * 8), 0, 8));
        return new IPNetwork(new IPAddress(octets), length);
    }
}

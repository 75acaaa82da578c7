using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Cirrus.Core.Nodes;

/// <summary>Where nodes are asked by the control plane.</summary>
public static class EdgeAddress
{
    /// <summary>The URL of a path at one address of a node; IPv6 addresses stand in brackets (RFC 3986).</summary>
    public static Uri Url(string address, int port, string pathAndQuery)
    {
        var host = IPAddress.TryParse(address, out var ip) && ip.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address;
        return new Uri(string.Create(CultureInfo.InvariantCulture, $"http://{host}:{port}{pathAndQuery}"));
    }
}

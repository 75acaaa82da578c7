using System.Net;
using Cirrus.Dns.Zones;

namespace Cirrus.Dns.Direct;

/// <summary>The name servers of the zone that answer directly.</summary>
internal static class DirectServers
{
    public static IEnumerable<NameServer> Of(DnsOptions options) =>
        options.Direct.Servers.Select(s => new NameServer(s.Name, [.. s.Addresses.Select(IPAddress.Parse)]));
}

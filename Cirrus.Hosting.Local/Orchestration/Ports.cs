using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Cirrus.Hosting.Local.Processes;

namespace Cirrus.Hosting.Local.Orchestration;

/// <summary>Gives every endpoint its port. There is no proxy here, so the process itself listens where its clients connect.</summary>
internal static class Ports
{
    /// <param name="randomize">Fixed ports of proxied endpoints are replaced by free ones, as Aspire does in tests.</param>
    /// <exception cref="DistributedApplicationException">Another process holds a port; the message names the ports and their holders.</exception>
    public static void Allocate(IEnumerable<IResource> resources, bool randomize)
    {
        var held = new List<string>();
        foreach (var (resource, endpoint) in resources.SelectMany(resource => resource.Annotations.OfType<EndpointAnnotation>().Select(endpoint => (resource, endpoint))))
        {
            var wanted = endpoint.TargetPort ?? (randomize && endpoint.IsProxied ? null : endpoint.Port);
            endpoint.AllocatedPort = wanted ?? Free(endpoint);
            if (wanted is { } port && PortHolder.Find(endpoint.TargetHost, port, endpoint.Protocol) is { } holder)
                held.Add($"port {port} ({resource.Name}) is held by {holder}");
        }

        if (held.Count > 0)
            throw new DistributedApplicationException(string.Join(Environment.NewLine, held.Distinct()));
    }

    private static int Free(EndpointAnnotation endpoint)
    {
        var address = IPAddress.TryParse(endpoint.TargetHost, out var parsed) ? parsed : IPAddress.Loopback;
        var type = endpoint.Protocol == ProtocolType.Udp ? SocketType.Dgram : SocketType.Stream;
        using var socket = new Socket(address.AddressFamily, type, endpoint.Protocol);
        socket.Bind(new IPEndPoint(address, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}

using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Cirrus.Hosting.Local.Processes;

namespace Cirrus.Hosting.Local.Orchestration;

/// <summary>Gives every endpoint its port. There is no proxy here, so the process itself listens where its clients connect.</summary>
internal static class Ports
{
    // Below the range that the kernel gives to outgoing connections, so that none of those can take a port before the process listens.
    private const int First = 10_000;
    private const int Last = 20_000;

    private static readonly ConcurrentDictionary<int, bool> Given = new();

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

    /// <summary>A port that nobody listens on, given once in this process.</summary>
    private static int Free(EndpointAnnotation endpoint)
    {
        var address = IPAddress.TryParse(endpoint.TargetHost, out var parsed) ? parsed : IPAddress.Loopback;
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            var port = Random.Shared.Next(First, Last);
            if (Given.TryAdd(port, true) && IsFree(new IPEndPoint(address, port), endpoint.Protocol))
                return port;
        }
        throw new DistributedApplicationException($"There is no free port from {First} to {Last - 1} at {address}.");
    }

    private static bool IsFree(IPEndPoint place, ProtocolType protocol)
    {
        try
        {
            using var socket = new Socket(place.AddressFamily, protocol == ProtocolType.Udp ? SocketType.Dgram : SocketType.Stream, protocol);
            socket.Bind(place);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

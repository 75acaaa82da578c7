using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Cirrus.Tests.Programs;

/// <summary>Ports nobody listens on, for programs that must be told their port.</summary>
internal static class FreePort
{
    // Below the range that the kernel gives to outgoing connections, so that none of those can take a port between the look and its use.
    private const int First = 20_000;
    private const int Last = 32_000;

    private static readonly ConcurrentDictionary<int, bool> Given = new();

    /// <summary>A port that is free for TCP and UDP on each of the addresses (127.0.0.1 when none is named), given once in this process.</summary>
    public static int Next(params string[] addresses)
    {
        string[] wanted = addresses.Length == 0 ? ["127.0.0.1"] : addresses;
        for (var attempt = 0; attempt < 1000; attempt++)
        {
            var port = Random.Shared.Next(First, Last);
            if (Given.TryAdd(port, true) && Array.TrueForAll(wanted, a => IsFree(IPAddress.Parse(a), port)))
                return port;
        }
        throw new InvalidOperationException($"No free port between {First} and {Last} on {string.Join(", ", wanted)}.");
    }

    private static bool IsFree(IPAddress address, int port)
    {
        try
        {
            using var tcp = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            using var udp = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            tcp.Bind(new IPEndPoint(address, port));
            udp.Bind(new IPEndPoint(address, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

using System.Net;
using System.Net.Sockets;

namespace Cirrus.Dns.Direct;

/// <summary>One of the sockets that share the port: the kernel gives each client's queries to one of them.</summary>
internal static class UdpSocket
{
    private const int SocketLevel = 1, ReusePort = 15, ReceiveTimeout = 20;
    private const int IpLevel = 0, PacketInfo = 8;
    private const int Ipv6Level = 41, PacketInfoV6 = 49;
    private const int BufferSize = 4 << 20;

    /// <summary>How long a thread that receives nothing waits before it looks whether it is to end.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromMilliseconds(200);

    /// <summary>Whether answers have to be told from which address they go: those that the query came to.</summary>
    public static bool IsAnyAddress(IPEndPoint endpoint) => endpoint.Address.Equals(IPAddress.Any) || endpoint.Address.Equals(IPAddress.IPv6Any);

    /// <param name="shared">Others may be bound to the same address, of another process, too; else a second one is an error.</param>
    public static Socket Bound(IPEndPoint endpoint, bool shared)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (shared)
                socket.SetRawSocketOption(SocketLevel, ReusePort, BitConverter.GetBytes(1));
            socket.SetRawSocketOption(SocketLevel, ReceiveTimeout, [.. BitConverter.GetBytes(0L), .. BitConverter.GetBytes((long)Wait.TotalMicroseconds)]);
            // Bursts wait here rather than get lost.
            socket.ReceiveBufferSize = BufferSize;
            socket.SendBufferSize = BufferSize;
            if (IsAnyAddress(endpoint))
            {
                var isV4 = endpoint.AddressFamily == AddressFamily.InterNetwork;
                if (!isV4)
                    socket.DualMode = true;
                socket.SetRawSocketOption(isV4 ? IpLevel : Ipv6Level, isV4 ? PacketInfo : PacketInfoV6, BitConverter.GetBytes(1));
            }
            socket.Bind(endpoint);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

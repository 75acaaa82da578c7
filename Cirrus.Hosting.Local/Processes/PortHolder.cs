using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Cirrus.Hosting.Local.Processes;

/// <summary>Who listens on a port.</summary>
/// <param name="ProcessId">Null where the process belongs to another user.</param>
internal sealed record PortHolder(int? ProcessId)
{
    public override string ToString() => ProcessId is { } id
        ? $"pid {id} ({ProcessTable.CommandOf(id)})"
        : "a process of another user";

    /// <summary>The holder of a port on an address that overlaps <paramref name="host"/>, null where it is free.</summary>
    public static PortHolder? Find(string host, int port, ProtocolType protocol)
    {
        var wanted = host == "localhost" ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : Dns.GetHostAddresses(host);
        var files = protocol == ProtocolType.Udp ? ["/proc/net/udp", "/proc/net/udp6"] : new[] { "/proc/net/tcp", "/proc/net/tcp6" };
        var inode = files.Where(File.Exists).SelectMany(File.ReadLines).Select(ListeningSocket.Parse).OfType<ListeningSocket>()
            .FirstOrDefault(socket => socket.Port == port && wanted.Any(socket.Overlaps))?.Inode;
        return inode is null ? null : new PortHolder(OwnerOf(inode));
    }

    private static int? OwnerOf(string inode)
    {
        var target = $"socket:[{inode}]";
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0])))
        {
            try
            {
                // A descriptor that is closed meanwhile has no target; it must not end the search.
                if (Directory.EnumerateFiles($"{folder}/fd").Any(descriptor => new FileInfo(descriptor).LinkTarget == target))
                    return int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Another user's process, or one that has just ended.
            }
        }

        return null;
    }
}

/// <summary>A row of <c>/proc/net/tcp</c> or <c>udp</c> that listens.</summary>
internal sealed record ListeningSocket(IPAddress Address, int Port, string Inode)
{
    private const string TcpListen = "0A";
    private const string UdpUnconnected = "07";

    /// <summary>True where a listener on <paramref name="wanted"/> would collide with this one.</summary>
    public bool Overlaps(IPAddress wanted) =>
        Address.Equals(wanted) || IsWildcard(Address) || IsWildcard(wanted);

    public static ListeningSocket? Parse(string line)
    {
        var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 10 || fields[3] is not (TcpListen or UdpUnconnected))
            return null;

        var local = fields[1].Split(':');
        return new ListeningSocket(ParseAddress(local[0]), int.Parse(local[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture), fields[9]);
    }

    /// <summary>The kernel prints each 32-bit word in the machine's own byte order.</summary>
    private static IPAddress ParseAddress(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        if (BitConverter.IsLittleEndian)
        {
            for (var word = 0; word < bytes.Length; word += 4)
                Array.Reverse(bytes, word, 4);
        }

        var address = new IPAddress(bytes);
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    private static bool IsWildcard(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);
}

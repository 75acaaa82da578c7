using System.Globalization;

namespace Cirrus.Tests.Programs;

/// <summary>Finds the processes behind a port, from /proc: the way to a program that something else has started.</summary>
internal static class Listeners
{
    private const string Listening = "0A";

    /// <summary>Ids of all processes that hold a listening TCP socket on a port of an address, a parent before its children.</summary>
    public static IReadOnlyList<int> On(string address, int port)
    {
        var sockets = Sockets(address, port).Select(inode => $"socket:[{inode}]").ToHashSet(StringComparer.Ordinal);
        return
        [
            .. Directory.EnumerateDirectories("/proc")
                .Select(d => int.TryParse(Path.GetFileName(d), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
                .Where(id => id > 0 && Holds(id, sockets))
                .Order(),
        ];
    }

    private static IEnumerable<string> Sockets(string address, int port)
    {
        var bytes = System.Net.IPAddress.Parse(address).GetAddressBytes();
        var local = $"{bytes[3]:X2}{bytes[2]:X2}{bytes[1]:X2}{bytes[0]:X2}:{port:X4}";
        var any = $"00000000:{port:X4}";
        return from line in File.ReadLines("/proc/net/tcp").Skip(1)
               let fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
               where fields[3] == Listening && (fields[1] == local || fields[1] == any)
               select fields[9];
    }

    private static bool Holds(int id, HashSet<string> sockets)
    {
        try
        {
            return Directory.EnumerateFiles($"/proc/{id}/fd")
                .Any(fd => new FileInfo(fd).LinkTarget is { } target && sockets.Contains(target));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ended while we looked, or belongs to someone else.
            return false;
        }
    }
}

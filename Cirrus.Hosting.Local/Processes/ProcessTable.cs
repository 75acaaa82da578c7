using System.Globalization;

namespace Cirrus.Hosting.Local.Processes;

/// <summary>One process as the kernel lists it.</summary>
/// <param name="Started">Clock ticks since boot; with the id it names a process for good.</param>
internal readonly record struct ProcessEntry(int Id, int Parent, int Session, char State, long Started);

/// <summary>The machine's processes, read from <c>/proc</c>.</summary>
internal static class ProcessTable
{
    private const char Zombie = 'Z';

    /// <summary>The living processes that descend from <paramref name="leader"/> or belong to its session, itself included.</summary>
    public static IReadOnlyList<ProcessEntry> FamilyOf(int leader) => FamilyOf(leader, Read());

    internal static List<ProcessEntry> FamilyOf(int leader, IReadOnlyCollection<ProcessEntry> all)
    {
        var children = all.ToLookup(process => process.Parent);
        var family = all.Where(process => process.Session == leader || process.Id == leader).ToDictionary(process => process.Id);
        var unseen = new Queue<int>(family.Keys.Append(leader));
        while (unseen.TryDequeue(out var parent))
        {
            foreach (var child in children[parent].Where(child => family.TryAdd(child.Id, child)))
                unseen.Enqueue(child.Id);
        }

        return [.. family.Values];
    }

    /// <summary>The process of that id, null where none lives: one that only waits for its parent to take note is dead.</summary>
    public static ProcessEntry? Find(int id) => TryRead($"/proc/{id}/stat") is { State: not Zombie } process ? process : null;

    /// <summary>The command line, with folders cut off so that it stays readable; empty where it cannot be read.</summary>
    public static string CommandOf(int id)
    {
        try
        {
            var words = File.ReadAllText($"/proc/{id}/cmdline").TrimEnd('\0').Split('\0').Take(3);
            return string.Join(' ', words.Select(word => word.StartsWith('/') ? Path.GetFileName(word) : word)).Trim();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static List<ProcessEntry> Read() =>
    [
        .. Directory.EnumerateDirectories("/proc")
            .Where(folder => char.IsAsciiDigit(Path.GetFileName(folder)[0]))
            .Select(folder => TryRead($"{folder}/stat"))
            .OfType<ProcessEntry>()
            .Where(process => process.State != Zombie),
    ];

    private static ProcessEntry? TryRead(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Processes end while the list is read.
            return null;
        }
    }

    /// <summary>Reads proc_pid_stat(5); the name may hold spaces and parentheses, so fields count from its last one.</summary>
    internal static ProcessEntry Parse(string stat)
    {
        var id = int.Parse(stat.AsSpan(0, stat.IndexOf(' ', StringComparison.Ordinal)), CultureInfo.InvariantCulture);
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return new ProcessEntry(id, Number(fields[1]), Number(fields[3]), fields[0][0], long.Parse(fields[19], CultureInfo.InvariantCulture));

        static int Number(string field) => int.Parse(field, CultureInfo.InvariantCulture);
    }
}

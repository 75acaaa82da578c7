namespace Cirrus.Hosting.Local.Console;

/// <summary>Where the resources' logs are kept: <c>logs</c> in the data folder.</summary>
internal sealed class LogFolder(string dataFolder) : IDisposable
{
    private readonly string _path = Path.Combine(dataFolder, "logs");
    private readonly Dictionary<string, ResourceLog> _logs = [];

    public string DataFolder => dataFolder;

    public ResourceLog For(string resource, ConsoleWriter console)
    {
        Directory.CreateDirectory(_path);
        return _logs[resource] = new ResourceLog(resource, Path.Combine(_path, $"{resource}.log"), console);
    }

    public IReadOnlyList<string> TailOf(string resource) => _logs.GetValueOrDefault(resource)?.Tail() ?? [];

    public void Dispose()
    {
        foreach (var log in _logs.Values)
            log.Dispose();
    }
}

/// <summary>A resource's output: shown under its name, kept in a file of bounded size, its last lines at hand.</summary>
internal sealed class ResourceLog(string resource, string path, ConsoleWriter console) : IDisposable
{
    private const long MaxBytes = 5_000_000;
    private const int TailLines = 15;

    private readonly Lock _gate = new();
    private readonly Queue<string> _tail = new();
    private StreamWriter? _file;

    public void Write(string line)
    {
        lock (_gate)
        {
            _tail.Enqueue(line);
            if (_tail.Count > TailLines)
                _tail.Dequeue();
            File().WriteLine($"{DateTimeOffset.UtcNow:O} {line}");
        }

        console.Line(resource, line);
    }

    /// <summary>A remark of the host about the resource.</summary>
    public void Note(string text) => Write($"[{text}]");

    public IReadOnlyList<string> Tail()
    {
        lock (_gate)
        {
            return [.. _tail];
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _file?.Dispose();
            _file = StreamWriter.Null;
        }
    }

    /// <summary>The open file; a full one becomes <c>….log.1</c> and replaces the one before.</summary>
    private StreamWriter File()
    {
        if (_file is { BaseStream.Length: > MaxBytes })
        {
            _file.Dispose();
            System.IO.File.Move(path, path + ".1", overwrite: true);
            _file = null;
        }

        return _file ??= new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
    }
}

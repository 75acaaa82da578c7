using System.Diagnostics;

namespace Cirrus.Hosting.Local.Processes;

/// <summary>What to run, and how.</summary>
/// <param name="Environment">The whole environment of the process; nothing is inherited.</param>
internal sealed record ProcessSpec(
    string Command, IReadOnlyList<string> Arguments, string WorkingDirectory, IReadOnlyDictionary<string, string> Environment);

/// <summary>
/// A child process that leads a session of its own: a Ctrl-C in the terminal reaches only this process, and everything the child
/// starts can be found and ended with it.
/// </summary>
internal sealed class ChildProcess : IDisposable
{
    private readonly Process _process;
    private readonly TaskCompletionSource _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ChildProcess(Process process)
    {
        _process = process;
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => _exited.TrySetResult();
    }

    public int Id { get; private set; }

    /// <summary>Completes when the process itself has ended; what it started may still live.</summary>
    public Task Exited => _exited.Task;

    /// <summary>Exit code, 128 and the signal's number where a signal ended it.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Starts the process and hands every line it writes to <paramref name="onLine"/>.</summary>
    public static ChildProcess Start(ProcessSpec spec, Action<string> onLine)
    {
        // setsid becomes the program itself, so the id stays the same and is the id of its session too.
        var info = new ProcessStartInfo("setsid", [spec.Command, .. spec.Arguments])
        {
            WorkingDirectory = spec.WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment.Clear();
        foreach (var (name, value) in spec.Environment)
            info.Environment[name] = value;

        var child = new ChildProcess(new Process { StartInfo = info });
        child._process.Start();
        child.Id = child._process.Id;
        child._process.StandardInput.Close();
        _ = ReadAsync(child._process.StandardOutput, onLine);
        _ = ReadAsync(child._process.StandardError, onLine);
        return child;
    }

    /// <summary>Asks the whole family to end, and kills after <paramref name="grace"/> whoever is left, hanging or stopped ones too.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        // Noted now: once its parent is gone, a process with a session of its own cannot be told from a stranger.
        var family = ProcessTable.FamilyOf(Id);
        Signals.Send(-Id, Signals.Terminate);
        var deadline = Stopwatch.StartNew();
        while (deadline.Elapsed < grace && Living(family).Count > 0)
            await Task.Delay(20);
        await KillAsync(family);
    }

    /// <summary>Kills whatever the process has left behind, such as the workers of a killed master.</summary>
    public Task KillAsync() => KillAsync([]);

    /// <summary>Kills at once, without waiting.</summary>
    public void Kill()
    {
        foreach (var process in ProcessTable.FamilyOf(Id))
            Signals.Send(process.Id, Signals.Kill);
    }

    public void Dispose() => _process.Dispose();

    private async Task KillAsync(IReadOnlyList<ProcessEntry> family)
    {
        for (var round = 0; Living(family) is { Count: > 0 } living && round < 100; round++)
        {
            foreach (var process in living)
                Signals.Send(process.Id, Signals.Kill);
            await Task.Delay(20);
        }
    }

    /// <summary>The family as it is now, and those of the earlier list that still live.</summary>
    private List<ProcessEntry> Living(IReadOnlyList<ProcessEntry> earlier) =>
    [
        .. ProcessTable.FamilyOf(Id)
            .Concat(earlier.Where(process => ProcessTable.Find(process.Id) is { } now && now.Started == process.Started))
            .DistinctBy(process => process.Id),
    ];

    private static async Task ReadAsync(StreamReader reader, Action<string> onLine)
    {
        try
        {
            while (await reader.ReadLineAsync() is { } line)
                onLine(line);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The process has been disposed of while a descendant held its output open.
        }
    }
}

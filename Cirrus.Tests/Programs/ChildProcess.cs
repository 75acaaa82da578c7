using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Cirrus.Tests.Programs;

/// <summary>A real program in a process group of its own: whatever it forked ends with it.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    // Of a busy machine: a question that nobody answers takes dig eight seconds as it is.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();

    private ChildProcess(Process process) => _process = process;

    public int Id => _process.Id;
    public bool HasExited => _process.HasExited;
    public int ExitCode => _process.ExitCode;

    /// <summary>Everything it wrote to standard output and standard error, line by line.</summary>
    public string Output => string.Join('\n', _output);

    /// <param name="install">The package that brings the program on Debian; named when it is missing.</param>
    public static ChildProcess Start(
        string program, string install, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        // setsid makes the program the leader of a new group, so that the whole group can be signalled by its id.
        var start = new ProcessStartInfo("setsid") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Find(program, install));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;

        var child = new ChildProcess(new Process { StartInfo = start });
        child._process.OutputDataReceived += child.Keep;
        child._process.ErrorDataReceived += child.Keep;
        child._process.Start();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Runs a program to its end and returns what it wrote; fails when it exits with anything but 0.</summary>
    public static async Task<string> RunAsync(string program, string install, params string[] arguments)
    {
        await using var child = Start(program, install, arguments);
        await child._process.WaitForExitAsync().WaitAsync(Patience);
        return child.ExitCode == 0
            ? child.Output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} exited with {child.ExitCode}: {child.Output}");
    }

    /// <summary>Process ids of its children, in the order they were started.</summary>
    public IReadOnlyList<int> Children()
    {
        var path = $"/proc/{Id}/task/{Id}/children";
        return File.Exists(path)
            ? [.. File.ReadAllText(path).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture))]
            : [];
    }

    /// <summary>Signals the program alone.</summary>
    public void Signal(int signal) => Signals.Send(signal, [Id]);

    /// <summary>Signals the program and whatever it forked.</summary>
    public void SignalGroup(int signal) => Signals.Send(signal, [-Id]);

    /// <summary>Asks it to end by a signal, and waits until it has.</summary>
    public Task<int> StopAsync(int signal = Signals.Term)
    {
        Signal(signal);
        return WaitForExitAsync();
    }

    /// <summary>Waits until it has written a text: what it writes comes a moment after what it does.</summary>
    public Task UntilSaysAsync(string text) => Wait.UntilAsync($"it says: {text}", () => Output.Contains(text, StringComparison.Ordinal));

    /// <summary>Waits until it has ended, and all it wrote is here.</summary>
    public async Task<int> WaitForExitAsync()
    {
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    /// <summary>Ends it and whatever it forked without warning.</summary>
    public async Task KillAsync()
    {
        SignalGroup(Signals.Kill);
        await WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is { } text)
            _output.Enqueue(text);
    }

    private static string Find(string program, string install)
    {
        if (program.Contains('/', StringComparison.Ordinal))
            return program;
        var path = $"{Environment.GetEnvironmentVariable("PATH")}:/usr/local/sbin:/usr/sbin:/sbin";
        return path.Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(f => Path.Combine(f, program))
            .FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException($"{program} is missing; install it: apt-get install {install}");
    }
}

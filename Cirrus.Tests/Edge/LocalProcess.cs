using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Cirrus.Tests.Edge;

/// <summary>A program of this test, with what it printed; gone, with its children, when disposed.</summary>
internal sealed class LocalProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private LocalProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public bool HasExited => _process.HasExited;

    public static LocalProcess Start(string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var info = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            info.Environment[name] = value;
        var process = new Process { StartInfo = info };
        var local = new LocalProcess(process);
        process.OutputDataReceived += (_, line) => local.Append(line.Data);
        process.ErrorDataReceived += (_, line) => local.Append(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return local;
    }

    /// <summary>Process ids of the children, in the order they were started.</summary>
    public IReadOnlyList<int> Children()
    {
        var path = $"/proc/{Id}/task/{Id}/children";
        return File.Exists(path)
            ? [.. File.ReadAllText(path).Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(id => int.Parse(id, CultureInfo.InvariantCulture))]
            : [];
    }

    public static async Task SignalAsync(string signal, params IEnumerable<int> ids)
    {
        using var kill = Process.Start("kill", ["-s", signal, .. ids.Select(id => id.ToString(CultureInfo.InvariantCulture))]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Suspends (STOP), resumes (CONT) or kills (KILL) the program and its children.</summary>
    public Task SignalAllAsync(string signal) => SignalAsync(signal, [Id, .. Children()]);

    public async Task<int> WaitForExitAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(15));
        await _process.WaitForExitAsync(timeout.Token);
        return _process.ExitCode;
    }

    public async Task StopAsync(string signal = "TERM")
    {
        if (!HasExited)
            await SignalAsync(signal, Id);
        await WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!HasExited)
            await SignalAllAsync("KILL");
        await WaitForExitAsync();
        _process.Dispose();
    }

    private void Append(string? line)
    {
        if (line is null)
            return;
        lock (_output)
            _output.AppendLine(line);
    }
}

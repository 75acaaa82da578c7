using System.Diagnostics;

namespace Cirrus.Hosting.Local.Processes;

/// <summary>A small process that ends all children when this one is killed and can no longer do it itself.</summary>
internal sealed class Watchdog : IDisposable
{
    private readonly Process _process;

    public Watchdog()
    {
        var info = new ProcessStartInfo("setsid", ["sh", "-c", Script()]) { RedirectStandardInput = true };
        _process = Process.Start(info)!;
        _process.StandardInput.AutoFlush = true;
    }

    public void Add(int group) => Tell("add", group);

    public void Remove(int group) => Tell("del", group);

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit(TimeSpan.FromSeconds(5));
        _process.Dispose();
    }

    private void Tell(string what, int group)
    {
        lock (_process)
        {
            _process.StandardInput.Write($"{what} {group}\n");
        }
    }

    private static string Script()
    {
        using var reader = new StreamReader(typeof(Watchdog).Assembly.GetManifestResourceStream("watchdog.sh")!);
        return reader.ReadToEnd();
    }
}

using System.Globalization;
using Aspire.Hosting;

namespace Cirrus.Hosting.Local.Orchestration;

/// <summary>
/// One stack for each data folder: a locked file there, and one beside it that names the process. The lock goes with the process, however it
/// ends; that it is a file of its own lets anyone read the other.
/// </summary>
internal sealed class PidFile : IDisposable
{
    private readonly string _path;
    private readonly FileStream _lock;

    private PidFile(string path, FileStream held) => (_path, _lock) = (path, held);

    /// <exception cref="DistributedApplicationException">Another stack runs in the folder; the message names its process.</exception>
    public static PidFile Take(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, "apphost.pid");
        try
        {
            var held = new FileStream(Path.Combine(folder, "apphost.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            File.WriteAllText(path, Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");
            return new PidFile(path, held);
        }
        catch (IOException)
        {
            throw new DistributedApplicationException(
                $"this stack is running already, as process {Holder(path)}, with its data in {folder}; stop it first (Ctrl-C in its terminal, or kill {Holder(path)})");
        }
    }

    public void Dispose()
    {
        File.Delete(_path);
        _lock.Dispose();
    }

    private static string Holder(string path) => File.Exists(path) ? File.ReadAllText(path).Trim() : "unknown";
}

using System.Runtime.InteropServices;

namespace Cirrus.Hosting.Local.Processes;

/// <summary>Unix signals, which .NET can send only as SIGKILL.</summary>
internal static partial class Signals
{
    public const int Kill = 9;
    public const int Terminate = 15;

    /// <summary>Sends to one process, or to a whole process group by its negative id; nobody there is no error.</summary>
    public static void Send(int pid, int signal) => _ = SendSignal(pid, signal);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int pid, int signal);
}

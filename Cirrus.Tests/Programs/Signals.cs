using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Cirrus.Tests.Programs;

/// <summary>Signals to processes that a test has started.</summary>
internal static class Signals
{
    public const int HangUp = 1;
    public const int Quit = 3;
    public const int Kill = 9;
    public const int Term = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    private const int NoSuchProcess = 3;

    /// <summary>Sends to each, to a whole process group where the id is negative; one that has ended meanwhile is no error.</summary>
    public static void Send(int signal, IEnumerable<int> processes)
    {
        foreach (var id in processes)
        {
            if (SendTo(id, signal) != 0 && Marshal.GetLastPInvokeError() is var error and not NoSuchProcess)
                throw new Win32Exception(error);
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendTo(int id, int signal);
}

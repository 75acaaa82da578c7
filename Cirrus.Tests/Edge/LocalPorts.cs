using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Edge;

internal static class LocalPorts
{
    /// <summary>
    /// Ports of 127.0.0.1 that nobody listens on, all different. None of those the kernel gives to outgoing connections: a node that keeps asking a
    /// killed server there would one day meet itself, and hold the port.
    /// </summary>
    public static int[] Free(int count) => [.. Enumerable.Range(0, count).Select(_ => FreePort.Next())];
}

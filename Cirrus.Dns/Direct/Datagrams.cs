using System.Runtime.InteropServices;

namespace Cirrus.Dns.Direct;

/// <summary>Linux's calls that receive and send many datagrams at once, and the structures they take.</summary>
internal static unsafe partial class Datagrams
{
    public const int Interrupted = 4, TryAgain = 11;

    /// <summary>Waits for the first datagram only.</summary>
    public const int WaitForOne = 0x10000;

    /// <summary>In a header's flags: the datagram was longer than the buffer.</summary>
    public const int Cut = 0x20;

    public const ushort InterNetwork = 2, InterNetworkV6 = 10;

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    public static partial int Receive(int socket, Header* headers, uint count, int flags, void* timeout);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    public static partial int Send(int socket, Header* headers, uint count, int flags);

    /// <summary><c>struct iovec</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Piece
    {
        public byte* Start;
        public nuint Length;
    }

    /// <summary><c>struct mmsghdr</c>, of 64-bit systems.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 64)]
    public struct Header
    {
        [FieldOffset(0)] public byte* Name;
        [FieldOffset(8)] public uint NameLength;
        [FieldOffset(16)] public Piece* Pieces;
        [FieldOffset(24)] public nuint PieceCount;
        [FieldOffset(32)] public byte* Control;
        [FieldOffset(40)] public nuint ControlLength;
        [FieldOffset(48)] public int Flags;
        [FieldOffset(56)] public uint Length;
    }
}

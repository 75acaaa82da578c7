using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Cirrus.Dns.Direct;

/// <summary>
/// A thread with a socket: takes as many queries as wait, answers them in place and sends the answers, each with one system call for all. Buffers are
/// allocated once, outside of the garbage collector's reach.
/// </summary>
/// <param name="handOver">Takes what another is to answer.</param>
internal sealed unsafe class UdpWorker(Socket socket, bool anyAddress, Responder responder, Action<byte[], IPEndPoint> handOver) : IDisposable
{
    private const int Batch = 64;

    // Longer than any query that makes sense; what is cut off is a format error.
    private const int QueryRoom = 1536;
    private const int NameRoom = 32;
    private const int ControlRoom = 64;

    private readonly int _socket = (int)socket.Handle;
    private readonly Datagrams.Header* _received = Allocate<Datagrams.Header>(Batch);
    private readonly Datagrams.Header* _sent = Allocate<Datagrams.Header>(Batch);
    private readonly Datagrams.Piece* _receivedPieces = Allocate<Datagrams.Piece>(Batch);
    private readonly Datagrams.Piece* _sentPieces = Allocate<Datagrams.Piece>(Batch);
    private readonly byte* _queries = Allocate<byte>(Batch * QueryRoom);
    private readonly byte* _responses = Allocate<byte>(Batch * Responder.MaxPayload);
    private readonly byte* _names = Allocate<byte>(Batch * NameRoom);
    private readonly byte* _controls = Allocate<byte>(Batch * ControlRoom);
    private Thread? _thread;
    private volatile bool _ends;

    public void Start(int number)
    {
        for (var i = 0; i < Batch; i++)
        {
            _receivedPieces[i] = new Datagrams.Piece { Start = _queries + (i * QueryRoom), Length = QueryRoom };
            _received[i] = new Datagrams.Header { Name = _names + (i * NameRoom), Pieces = _receivedPieces + i, PieceCount = 1 };
            _sent[i] = new Datagrams.Header { Pieces = _sentPieces + i, PieceCount = 1 };
        }
        _thread = new Thread(Run) { IsBackground = true, Name = $"dns-direct-{number}" };
        _thread.Start();
    }

    /// <summary>Tells the thread to end, and does not wait for it.</summary>
    public void End() => _ends = true;

    public void Dispose()
    {
        End();
        _thread?.Join();
        socket.Dispose();
        foreach (var memory in new void*[] { _received, _sent, _receivedPieces, _sentPieces, _queries, _responses, _names, _controls })
            NativeMemory.AlignedFree(memory);
    }

    private void Run()
    {
        while (!_ends)
            Turn();
    }

    // A method of its own, so that the runtime can replace it by a faster version while the loop goes on.
    private void Turn()
    {
        Prepare();
        var count = Datagrams.Receive(_socket, _received, Batch, Datagrams.WaitForOne, null);
        if (count > 0)
            Send(Answer(count));
    }

    private void Prepare()
    {
        for (var i = 0; i < Batch; i++)
        {
            _received[i].NameLength = NameRoom;
            if (!anyAddress)
                continue;
            _received[i].Control = _controls + (i * ControlRoom);
            _received[i].ControlLength = ControlRoom;
        }
    }

    private int Answer(int count)
    {
        var answers = 0;
        for (var i = 0; i < count; i++)
        {
            ref var received = ref _received[i];
            if ((received.Flags & Datagrams.Cut) != 0)
                continue;
            var query = new ReadOnlySpan<byte>(_queries + (i * QueryRoom), (int)received.Length);
            var response = new Span<byte>(_responses + (answers * Responder.MaxPayload), Responder.MaxPayload);
            switch (responder.Respond(query, Client(received.Name), reliable: false, response, out var length))
            {
                case Outcome.Response:
                    _sentPieces[answers] = new Datagrams.Piece { Start = _responses + (answers * Responder.MaxPayload), Length = (nuint)length };
                    _sent[answers].Name = received.Name;
                    _sent[answers].NameLength = received.NameLength;
                    // What says to which of our addresses the query came says from which the answer goes.
                    _sent[answers].Control = received.Control;
                    _sent[answers].ControlLength = received.ControlLength;
                    answers++;
                    break;
                case Outcome.HandOver:
                    handOver(query.ToArray(), Endpoint(received.Name));
                    break;
            }
        }
        return answers;
    }

    private void Send(int count)
    {
        for (var done = 0; done < count;)
        {
            var sent = Datagrams.Send(_socket, _sent + done, (uint)(count - done), 0);
            if (sent > 0)
                done += sent;
            // One that can't be sent, to an address without a way, say, holds up no other.
            else if (Marshal.GetLastPInvokeError() != Datagrams.Interrupted)
                done++;
        }
    }

    private static ClientAddress Client(byte* name) => *(ushort*)name == Datagrams.InterNetwork
        ? ClientAddress.V4(BinaryPrimitives.ReadUInt32BigEndian(new ReadOnlySpan<byte>(name + 4, 4)))
        : ClientAddress.V6(
            BinaryPrimitives.ReadUInt64BigEndian(new ReadOnlySpan<byte>(name + 8, 8)),
            BinaryPrimitives.ReadUInt64BigEndian(new ReadOnlySpan<byte>(name + 16, 8)));

    private static IPEndPoint Endpoint(byte* name)
    {
        var port = BinaryPrimitives.ReadUInt16BigEndian(new ReadOnlySpan<byte>(name + 2, 2));
        var address = *(ushort*)name == Datagrams.InterNetwork
            ? new IPAddress(new ReadOnlySpan<byte>(name + 4, 4))
            : new IPAddress(new ReadOnlySpan<byte>(name + 8, 16), *(uint*)(name + 24));
        return new IPEndPoint(address, port);
    }

    private static T* Allocate<T>(int count)
        where T : unmanaged
    {
        var size = (nuint)(count * sizeof(T));
        var memory = NativeMemory.AlignedAlloc(size, 64);
        NativeMemory.Clear(memory, size);
        return (T*)memory;
    }
}

using System.Net;
using System.Net.Sockets;

namespace Cirrus.Tests.Edge;

/// <summary>Listens, and serves one connection after the other as it is told, until it ends.</summary>
internal sealed class Acceptor : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;

    public Acceptor(string address, int port, Func<TcpClient, Task> serve)
    {
        _listener = new TcpListener(IPAddress.Parse(address), port);
        _listener.Start();
        _accepting = AcceptAsync(serve);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync(Func<TcpClient, Task> serve)
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync(_end.Token);
                await ServeAsync(serve, client);
            }
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private static async Task ServeAsync(Func<TcpClient, Task> serve, TcpClient client)
    {
        try
        {
            await serve(client);
        }
        catch (IOException)
        {
            // Whoever connected has left; the next one may stay.
        }
    }
}

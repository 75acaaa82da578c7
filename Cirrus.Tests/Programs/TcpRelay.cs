using System.Net;
using System.Net.Sockets;

namespace Cirrus.Tests.Programs;

/// <summary>A way to a server that can be cut: then nothing listens at this end, and what was connected is no more.</summary>
internal sealed class TcpRelay : IAsyncDisposable
{
    private readonly IPEndPoint _here;
    private readonly IPEndPoint _there;
    private readonly List<Task> _connections = [];
    private CancellationTokenSource _end = new();
    private CancellationTokenSource _cut = new();
    private Task _accepting = Task.CompletedTask;

    private TcpRelay(IPEndPoint here, IPEndPoint there) => (_here, _there) = (here, there);

    /// <summary>From a port of an address to another one of the same address.</summary>
    public static TcpRelay Start(string address, int port, int target)
    {
        var ip = IPAddress.Parse(address);
        var relay = new TcpRelay(new IPEndPoint(ip, port), new IPEndPoint(ip, target));
        relay.Mend();
        return relay;
    }

    /// <summary>First nothing listens, so that whoever loses a connection and comes again is refused.</summary>
    public async Task CutAsync()
    {
        await _end.CancelAsync();
        await _accepting;
        await _cut.CancelAsync();
        await Task.WhenAll(_connections);
    }

    public void Mend()
    {
        _end.Dispose();
        _cut.Dispose();
        (_end, _cut) = (new CancellationTokenSource(), new CancellationTokenSource());
        _connections.Clear();
        var listener = new TcpListener(_here);
        listener.Start();
        _accepting = AcceptAsync(listener, _end.Token, _cut.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await CutAsync();
        _end.Dispose();
        _cut.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener, CancellationToken end, CancellationToken cut)
    {
        using (listener)
        {
            try
            {
                while (true)
                    _connections.Add(RelayAsync(await listener.AcceptTcpClientAsync(end), cut));
            }
            catch (OperationCanceledException)
            {
                // The end.
            }
        }
    }

    private async Task RelayAsync(TcpClient client, CancellationToken cut)
    {
        using var server = new TcpClient(AddressFamily.InterNetwork);
        using (client)
        {
            try
            {
                await server.ConnectAsync(_there, cut);
                await Task.WhenAny(client.GetStream().CopyToAsync(server.GetStream(), cut), server.GetStream().CopyToAsync(client.GetStream(), cut));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // One of the two is gone, and so is the connection.
            }
        }
    }
}

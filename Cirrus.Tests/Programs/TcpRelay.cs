using System.Net;
using System.Net.Sockets;

namespace Cirrus.Tests.Programs;

/// <summary>A way to a server that can be cut: then nothing listens at this end, and what was connected is no more.</summary>
internal sealed class TcpRelay : IAsyncDisposable
{
    private readonly IPEndPoint _here;
    private readonly IPEndPoint _there;
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

    public async Task CutAsync()
    {
        await _cut.CancelAsync();
        await _accepting;
    }

    public void Mend()
    {
        _cut.Dispose();
        _cut = new CancellationTokenSource();
        var listener = new TcpListener(_here);
        listener.Start();
        _accepting = AcceptAsync(listener, _cut.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await CutAsync();
        _cut.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener, CancellationToken cut)
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(RelayAsync(await listener.AcceptTcpClientAsync(cut), cut));
        }
        catch (OperationCanceledException)
        {
            listener.Dispose();
            await Task.WhenAll(connections);
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

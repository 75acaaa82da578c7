using System.Net;
using System.Net.Sockets;
using System.Text;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Edge;

/// <summary>An origin that answers each request with the very same octets (ISO 8859-1), and closes the connection.</summary>
internal sealed class RawOrigin : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly byte[] _answer;
    private readonly Task _accepting;

    public RawOrigin(string answer)
    {
        Port = FreePort.Next();
        _answer = Encoding.Latin1.GetBytes(answer);
        _listener = new TcpListener(IPAddress.Loopback, Port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                using var reader = new StreamReader(client.GetStream(), Encoding.Latin1, leaveOpen: true);
                while (!string.IsNullOrEmpty(await reader.ReadLineAsync()))
                {
                    // To the end of the head.
                }
                await client.GetStream().WriteAsync(_answer);
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException or IOException)
        {
            // The end.
        }
    }
}

using System.Net.Sockets;
using System.Text;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Edge;

/// <summary>An origin that answers each request with the very same octets (ISO 8859-1), and closes the connection.</summary>
internal sealed class RawOrigin : IAsyncDisposable
{
    private readonly Acceptor _acceptor;
    private readonly byte[] _answer;

    public RawOrigin(string answer)
    {
        Port = FreePort.Next();
        _answer = Encoding.Latin1.GetBytes(answer);
        _acceptor = new Acceptor("127.0.0.1", Port, AnswerAsync);
    }

    public int Port { get; }

    public ValueTask DisposeAsync() => _acceptor.DisposeAsync();

    private async Task AnswerAsync(TcpClient client)
    {
        using var reader = new StreamReader(client.GetStream(), Encoding.Latin1, leaveOpen: true);
        while (!string.IsNullOrEmpty(await reader.ReadLineAsync()))
        {
            // To the end of the head.
        }
        await client.GetStream().WriteAsync(_answer);
    }
}

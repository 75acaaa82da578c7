using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Edge;

/// <summary>An origin that answers octet by octet (ISO 8859-1), and closes the connection.</summary>
internal sealed class RawOrigin : IAsyncDisposable
{
    private const string Length = "Content-Length: ";
    private readonly Acceptor _acceptor;
    private readonly Func<string, string> _answer;

    public RawOrigin(string answer) : this(_ => answer)
    {
    }

    /// <param name="answer">Gets what was received.</param>
    public RawOrigin(Func<string, string> answer)
    {
        Port = FreePort.Next();
        _answer = answer;
        _acceptor = new Acceptor("127.0.0.1", Port, AnswerAsync);
    }

    public int Port { get; }

    public ValueTask DisposeAsync() => _acceptor.DisposeAsync();

    private async Task AnswerAsync(TcpClient client)
    {
        using var reader = new StreamReader(client.GetStream(), Encoding.Latin1, leaveOpen: true);
        var received = new StringBuilder();
        var body = Array.Empty<char>();
        while (await reader.ReadLineAsync() is { Length: > 0 } line)
        {
            received.Append(line).Append('\n');
            if (line.StartsWith(Length, StringComparison.OrdinalIgnoreCase))
                body = new char[int.Parse(line.AsSpan(Length.Length), CultureInfo.InvariantCulture)];
        }
        if (body.Length > 0)
            await reader.ReadBlockAsync(body);
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(_answer($"{received}\n{new string(body)}")));
    }
}

using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Cirrus.Tests.Workers;

/// <summary>As plain a Redis client as the edge's: it sends what it is told and nothing else.</summary>
internal sealed class RespClient : IAsyncDisposable
{
    private readonly TcpClient _tcp = new();
    private StreamReader _reader = StreamReader.Null;

    private RespClient() { }

    public static async Task<RespClient> ConnectAsync(int port)
    {
        var client = new RespClient();
        try
        {
            await client._tcp.ConnectAsync("127.0.0.1", port);
        }
        catch (SocketException e)
        {
            throw new IOException(e.Message, e);
        }
        client._reader = new StreamReader(client._tcp.GetStream(), Encoding.Latin1);
        return client;
    }

    /// <summary>Sends one command and returns the first line of the reply with its type sign, such as <c>+OK</c> or <c>-NOPERM …</c>.</summary>
    public async Task<string> SendAsync(params string[] command)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"*{command.Length}\r\n");
        foreach (var part in command)
            text.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(part)}\r\n{part}\r\n");
        await _tcp.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text.ToString()));
        var reply = await ReadLineAsync();
        await SkipAsync(reply);
        return reply;
    }

    public ValueTask DisposeAsync()
    {
        _reader.Dispose();
        _tcp.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task SkipAsync(string head)
    {
        if (head[0] is not ('*' or '$') || head[1] == '-')
            return;
        if (head[0] == '$')
        {
            var rest = new char[int.Parse(head[1..], CultureInfo.InvariantCulture) + 2];
            await _reader.ReadBlockAsync(rest);
            return;
        }
        for (var i = int.Parse(head[1..], CultureInfo.InvariantCulture); i > 0; i--)
            await SkipAsync(await ReadLineAsync());
    }

    private async Task<string> ReadLineAsync() => await _reader.ReadLineAsync() ?? throw new IOException("Redis closed the connection.");
}

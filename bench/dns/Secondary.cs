using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cirrus.Bench.Dns;

/// <summary>A name server as a client sees it.</summary>
internal sealed class Secondary : IDisposable
{
    private const int HeaderLength = 12;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly UdpClient _socket = new();

    public Secondary(int port) => _socket.Connect(IPAddress.Loopback, port);

    /// <summary>Asks for a name's IPv4 addresses again and again until the answer is as wanted.</summary>
    /// <param name="wanted">Given the answer's octets after the question; empty: there are no addresses.</param>
    public async Task<TimeSpan> UntilAsync(string name, Func<byte[], bool> wanted, long since)
    {
        var question = Question(name);
        while (true)
        {
            var answer = await AskAsync(question);
            var passed = Stopwatch.GetElapsedTime(since);
            if (answer is not null && wanted(answer))
                return passed;
            if (passed > Patience)
                throw new TimeoutException($"{name} is not as wanted.");
            await Task.Delay(1);
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task<byte[]?> AskAsync(byte[] question)
    {
        await _socket.SendAsync(question);
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(500));
        try
        {
            var answer = (await _socket.ReceiveAsync(patience.Token)).Buffer;
            return BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(6)) == 0 ? [] : answer[question.Length..];
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    // The id is of no use to who has a socket of their own and asks one question after the other.
    private static byte[] Question(string name)
    {
        byte[] labels = [.. name.Split('.').SelectMany(l => Encoding.ASCII.GetBytes(l).Prepend((byte)l.Length)), 0];
        byte[] header = [0, 1, 0, 0, 0, 1, .. new byte[HeaderLength - 6]];
        return [.. header, .. labels, 0, 1, 0, 1];
    }
}

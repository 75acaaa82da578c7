using System.Net;
using System.Net.Sockets;
using ARSoft.Tools.Net.Dns;
using Cirrus.Tests.Dns.Direct;

namespace Cirrus.Tests.EndToEnd;

/// <summary>Asks one name server for addresses, many times a second; one question at a time.</summary>
internal sealed class NameServerClient(int port) : IDisposable
{
    private const ushort A = 1;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private UdpClient _socket = Connected(port);

    /// <summary>The addresses of a name; none when there are none, or nobody answers in time.</summary>
    public async Task<IReadOnlyList<string>> AddressesAsync(string name)
    {
        await _socket.SendAsync(WireQuery.Of(name, A));
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            var answer = DnsMessage.Parse((await _socket.ReceiveAsync(limit.Token)).Buffer);
            return [.. answer.AnswerRecords.OfType<ARecord>().Select(r => r.Address.ToString())];
        }
        catch (OperationCanceledException)
        {
            // An answer that is late must not be taken for one to the next question.
            _socket.Dispose();
            _socket = Connected(port);
            return [];
        }
    }

    public void Dispose() => _socket.Dispose();

    private static UdpClient Connected(int port)
    {
        var socket = new UdpClient();
        socket.Connect(IPAddress.Loopback, port);
        return socket;
    }
}

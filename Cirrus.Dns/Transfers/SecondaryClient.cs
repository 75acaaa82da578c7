using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using ARSoft.Tools.Net;
using ARSoft.Tools.Net.Dns;
using Cirrus.Dns.Signatures;
using Microsoft.Extensions.Options;

namespace Cirrus.Dns.Transfers;

/// <summary>Talks to a secondary, signed where we share a key with it: UDP, and TCP where the answer is truncated. No answer is an answer here, not an exception.</summary>
internal sealed class SecondaryClient(TsigKeyRing keys, IOptions<DnsOptions> options)
{
    private const int MaxDatagram = 4096;
    private readonly IPEndPoint _listen = IPEndPoint.Parse(options.Value.Listen);

    /// <summary>The serial a secondary serves; null when it does not answer or does not have the zone.</summary>
    public async Task<uint?> AskSerialAsync(IPEndPoint secondary, string key, DomainName zone, CancellationToken cancellation)
    {
        var id = NewId();
        var question = SecondaryMessages.SoaQuestion(id, zone);
        var response = await ExchangeAsync(DatagramAsync, secondary, key, question, id, OperationCode.Query, cancellation);
        if (response is { IsTruncated: true })
            response = await ExchangeAsync(StreamAsync, secondary, key, question, id, OperationCode.Query, cancellation);
        // A secondary whose zone has expired answers SERVFAIL, one that was never given it REFUSED.
        return response is { ReturnCode: ReturnCode.NoError }
            ? response.AnswerRecords.OfType<SoaRecord>().FirstOrDefault(s => s.Name.Equals(zone))?.SerialNumber
            : null;
    }

    /// <summary>Sends a NOTIFY; false when it is not acknowledged.</summary>
    public async Task<bool> NotifyAsync(IPEndPoint secondary, string key, DomainName zone, CancellationToken cancellation)
    {
        var id = NewId();
        var response = await ExchangeAsync(
            DatagramAsync, secondary, key, SecondaryMessages.Notify(id, zone), id, OperationCode.Notify, cancellation);
        return response is { ReturnCode: ReturnCode.NoError };
    }

    private async Task<DnsMessage?> ExchangeAsync(
        Func<IPEndPoint, byte[], CancellationToken, Task<byte[]>> transport,
        IPEndPoint secondary, string key, byte[] message, ushort id, OperationCode operation, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(options.Value.AnswerTimeout);
        try
        {
            if (keys.SignerFor(key) is not { } signer)
                return SecondaryMessages.ReadResponse(await transport(secondary, message, limit.Token), id, operation);
            // What is not signed may be anybody's word.
            var received = signer.Verify(await transport(secondary, signer.Sign(message), limit.Token));
            return received is null ? null : SecondaryMessages.ReadResponse(received, id, operation);
        }
        catch (Exception e) when (e is SocketException or IOException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return null;
        }
    }

    private async Task<byte[]> DatagramAsync(IPEndPoint secondary, byte[] message, CancellationToken cancellation)
    {
        // Connected, so that only the secondary's packets arrive, and a closed port is noticed at once.
        using var socket = Open(secondary, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(secondary, cancellation);
        await socket.SendAsync(message, cancellation);
        var buffer = new byte[MaxDatagram];
        var length = await socket.ReceiveAsync(buffer, cancellation);
        return buffer[..length];
    }

    private async Task<byte[]> StreamAsync(IPEndPoint secondary, byte[] message, CancellationToken cancellation)
    {
        using var socket = Open(secondary, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(secondary, cancellation);
        await using var stream = new NetworkStream(socket);
        var framed = new byte[sizeof(ushort) + message.Length];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)message.Length);
        message.CopyTo(framed, sizeof(ushort));
        await stream.WriteAsync(framed, cancellation);

        var length = new byte[sizeof(ushort)];
        await stream.ReadExactlyAsync(length, cancellation);
        var received = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(received, cancellation);
        return received;
    }

    private Socket Open(IPEndPoint secondary, SocketType type, ProtocolType protocol)
    {
        var socket = new Socket(secondary.AddressFamily, type, protocol);
        // Secondaries know the primary by the address they transfer from, and ignore a NOTIFY from another.
        var any = _listen.Address.Equals(IPAddress.Any) || _listen.Address.Equals(IPAddress.IPv6Any);
        if (!any && _listen.AddressFamily == secondary.AddressFamily)
            socket.Bind(new IPEndPoint(_listen.Address, 0));
        return socket;
    }

    private static ushort NewId() => (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);
}

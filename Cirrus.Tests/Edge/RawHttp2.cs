using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Cirrus.Tests.Edge;

/// <summary>Requests over HTTP/2 that no library sends: fields of any name, in any order, with any octets.</summary>
internal static class RawHttp2
{
    private const byte Data = 0, Headers = 1, Reset = 3, Settings = 4, GoAway = 7;

    /// <summary>Sends one request; returns its status, or 0 when the stream or the connection was ended instead.</summary>
    public static async Task<int> SendAsync(int port, string serverName, IEnumerable<(string Name, string Value)> fields, string? body = null)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port);
        await using var stream = new SslStream(client.GetStream());
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = serverName,
                ApplicationProtocols = [SslApplicationProtocol.Http2],
                // Which certificate it is, is what other tests look at.
                RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
            },
            deadline.Token);
        byte[] block = [.. fields.SelectMany(field => (byte[])[0, .. Text(field.Name), .. Text(field.Value)])];
        byte[] frames =
        [
            .. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(Settings, 0, 0, []), .. Frame(Headers, (byte)(body is null ? 5 : 4), 1, block),
            .. body is null ? [] : Frame(Data, 1, 1, Encoding.Latin1.GetBytes(body)),
        ];
        await stream.WriteAsync(frames, deadline.Token);
        return await StatusAsync(stream, deadline.Token);
    }

    private static async Task<int> StatusAsync(SslStream stream, CancellationToken end)
    {
        var head = new byte[9];
        while (await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, end) == head.Length)
        {
            var payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
            await stream.ReadExactlyAsync(payload, end);
            switch (head[3])
            {
                case Headers:
                    return Status(payload);
                case Reset or GoAway:
                    return 0;
            }
        }
        return 0;
    }

    // RFC 7541: an entry of the static table, or a literal for the name of entry 8.
    private static int Status(byte[] block) => block[0] switch
    {
        0x88 => 200,
        0x8c => 400,
        0x8d => 404,
        _ => int.Parse(Encoding.ASCII.GetString(block, 2, 3), CultureInfo.InvariantCulture),
    };

    // Neither indexed nor compressed; all that is sent is short.
    private static byte[] Text(string text) => [checked((byte)text.Length), .. Encoding.Latin1.GetBytes(text)];

    private static byte[] Frame(byte type, byte flags, int streamId, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), streamId);
        payload.CopyTo(frame, 9);
        return frame;
    }
}

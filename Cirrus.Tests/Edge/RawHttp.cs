using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Cirrus.Tests.Edge;

/// <summary>What no well-behaved client sends, octet by octet (ISO 8859-1).</summary>
internal static class RawHttp
{
    /// <summary>Sends the text and returns all that comes until the edge closes the connection; the address is the client's, in 127.0.0.0/8.</summary>
    public static async Task<string> SendAsync(int port, string request, string from = "127.0.0.1")
    {
        using var client = new TcpClient(new IPEndPoint(IPAddress.Parse(from), 0));
        await client.ConnectAsync(IPAddress.Loopback, port);
        var stream = client.GetStream();
        var received = new StringBuilder();
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(request), deadline.Token);
            using var reader = new StreamReader(stream, Encoding.Latin1);
            var buffer = new char[4096];
            for (int count; (count = await reader.ReadAsync(buffer, deadline.Token)) > 0;)
                received.Append(buffer, 0, count);
        }
        catch (IOException)
        {
            // The edge has heard enough.
        }
        return received.ToString();
    }

    /// <summary>Asks for a path from an address, and closes.</summary>
    public static Task<string> GetAsync(int port, string host, string path, string from = "127.0.0.1", string fields = "") =>
        SendAsync(port, $"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{fields}\r\n", from);

    /// <summary>The status of the first answer; 0 when there is none.</summary>
    public static int Status(string answer) =>
        answer.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) ? int.Parse(answer.AsSpan(9, 3), provider: null) : 0;
}

using System.Diagnostics.CodeAnalysis;
using System.Net.Http;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Cirrus.Workers.Health;

/// <summary>Connects a probe by TLS, for one of the names that the node must have a certificate for.</summary>
internal static class Handshake
{
    // A certificate that no node can show is not this node's fault; when it can't show any of these, something is.
    private const int Tries = 3;

    /// <exception cref="HandshakeException">The node takes connections and shows no certificate for any name that was tried.</exception>
    public static async ValueTask<Stream> ConnectAsync(ServedNames names, SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var tried = names.Some(Tries);
        Exception? last = null;
        foreach (var name in tried)
        {
            try
            {
                return await ConnectAsync(name, context, cancellation);
            }
            catch (Exception e) when (e is AuthenticationException or IOException)
            {
                last = e;
            }
        }
        throw new HandshakeException(tried, last);
    }

    private static async Task<Stream> ConnectAsync(string name, SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await stream.AuthenticateAsClientAsync(Options(name), cancellation);
            return stream;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    [SuppressMessage("Security", "CA5359", Justification = "Whom it was issued by, and for how long, is not the node's doing; that it can be shown is.")]
    private static SslClientAuthenticationOptions Options(string name) => new()
    {
        // A wildcard's certificate is shown to any name that it covers.
        TargetHost = name.StartsWith("*.", StringComparison.Ordinal) ? $"health{name[1..]}" : name,
        RemoteCertificateValidationCallback = (_, _, _, _) => true,
    };
}

/// <summary>A node would not shake hands for any of some names.</summary>
internal sealed class HandshakeException(IReadOnlyList<string> names, Exception? inner)
    : Exception($"no handshake for {string.Join(", ", names)}: {inner?.Message}", inner)
{
    public IReadOnlyList<string> Names => names;
}

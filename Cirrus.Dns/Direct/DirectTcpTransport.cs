using System.Net;
using ARSoft.Tools.Net.Dns;

namespace Cirrus.Dns.Direct;

/// <summary>TCP for clients: a transport of ARSoft's, but that ordinary queries are answered before its server sees them.</summary>
internal sealed class DirectTcpTransport(IServerTransport inner, Responder responder) : IServerTransport
{
    public ushort DefaultAllowedResponseSize => inner.DefaultAllowedResponseSize;
    public bool SupportsMultipleResponses => inner.SupportsMultipleResponses;
    public bool AllowTruncatedResponses => inner.AllowTruncatedResponses;
    public TransportProtocol TransportProtocol => inner.TransportProtocol;

    public void Bind() => inner.Bind();

    public void Close() => inner.Close();

    public void Dispose() => inner.Dispose();

    public async Task<IServerConnection?> AcceptConnectionAsync(CancellationToken token = default) =>
        await inner.AcceptConnectionAsync(token) is { } accepted ? new Connection(this, accepted, responder) : null;

    private sealed class Connection(DirectTcpTransport transport, IServerConnection inner, Responder responder) : IServerConnection
    {
        private readonly ClientAddress _client = ClientAddress.Of(inner.RemoteEndPoint.Address);

        public IServerTransport Transport => transport;
        public IPEndPoint RemoteEndPoint => inner.RemoteEndPoint;
        public IPEndPoint LocalEndPoint => inner.LocalEndPoint;
        public bool CanRead => inner.CanRead;

        public Task<bool> InitializeAsync(CancellationToken token = default) => inner.InitializeAsync(token);

        public async Task<DnsReceivedRawPackage?> ReceiveAsync(CancellationToken token = default)
        {
            while (await inner.ReceiveAsync(token) is { } package)
            {
                if (Respond(package) is not { } response)
                    return package;
                if (!await inner.SendAsync(new DnsRawPackage(response), token))
                    return null;
            }
            return null;
        }

        public Task<bool> SendAsync(DnsRawPackage package, CancellationToken token = default) => inner.SendAsync(package, token);

        public void Dispose() => inner.Dispose();

        // Null: ARSoft's server is to answer.
        private byte[]? Respond(DnsReceivedRawPackage package)
        {
            Span<byte> room = stackalloc byte[Room];
            return responder.Respond(package.ToArraySegment(false), _client, reliable: true, room, out var length) == Outcome.Response
                ? RawPackage.WithLength(room[..length])
                : null;
        }

        // Answers are far smaller; one that is not goes the other way.
        private const int Room = 8192;
    }
}

using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using ARSoft.Tools.Net.Dns;

namespace Cirrus.Dns.Direct;

/// <summary>
/// UDP for clients. Ordinary queries are answered by the threads that receive them; only the others get to ARSoft's server, which takes this for a
/// transport like any other.
/// </summary>
/// <param name="responder">Makes one for each thread.</param>
internal sealed class DirectUdpTransport(IPEndPoint endpoint, int sockets, Func<Responder> responder) : IServerTransport
{
    // Transfers by UDP and signed queries are rare. Who sends many of them holds up those, and no others.
    private const int Waiting = 256;

    private readonly Channel<HandedOver> _others =
        Channel.CreateBounded<HandedOver>(new BoundedChannelOptions(Waiting) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly List<UdpWorker> _workers = [];

    public ushort DefaultAllowedResponseSize => 512;
    public bool SupportsMultipleResponses => false;
    public bool AllowTruncatedResponses => true;
    public TransportProtocol TransportProtocol => TransportProtocol.Udp;

    public void Bind()
    {
        for (var i = 0; i < sockets; i++)
        {
            var socket = UdpSocket.Bound(endpoint, sockets > 1);
            var worker = new UdpWorker(
                socket, UdpSocket.IsAnyAddress(endpoint), responder(),
                (message, client) => _others.Writer.TryWrite(new HandedOver(this, socket, message, client)));
            _workers.Add(worker);
            worker.Start(i);
        }
    }

    public async Task<IServerConnection?> AcceptConnectionAsync(CancellationToken token = default)
    {
        try
        {
            return await _others.Reader.ReadAsync(token);
        }
        catch (Exception e) when (e is OperationCanceledException or ChannelClosedException)
        {
            return null;
        }
    }

    public void Close()
    {
        _workers.ForEach(w => w.End());
        _workers.ForEach(w => w.Dispose());
        _workers.Clear();
        _others.Writer.TryComplete();
    }

    public void Dispose() => Close();

    /// <summary>A query that is not ordinary, and the way back to its client.</summary>
    private sealed class HandedOver(DirectUdpTransport transport, Socket socket, byte[] message, IPEndPoint client) : IServerConnection
    {
        private byte[]? _message = message;

        public IServerTransport Transport => transport;
        public IPEndPoint RemoteEndPoint => client;
        public IPEndPoint LocalEndPoint => transport.Local;
        public bool CanRead => _message is not null;

        public Task<bool> InitializeAsync(CancellationToken token = default) => Task.FromResult(true);

        public Task<DnsReceivedRawPackage?> ReceiveAsync(CancellationToken token = default)
        {
            var query = Interlocked.Exchange(ref _message, null);
            return Task.FromResult(query is null ? null : new DnsReceivedRawPackage(RawPackage.WithLength(query), client, transport.Local));
        }

        public async Task<bool> SendAsync(DnsRawPackage package, CancellationToken token = default)
        {
            await socket.SendToAsync(package.ToArraySegment(false), SocketFlags.None, client, token);
            return true;
        }

        public void Dispose()
        {
        }
    }

    private IPEndPoint Local => endpoint;
}

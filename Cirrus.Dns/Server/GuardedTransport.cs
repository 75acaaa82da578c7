using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using ARSoft.Tools.Net.Dns;
using Cirrus.Dns.Signatures;
using Cirrus.Dns.Transfers;

namespace Cirrus.Dns.Server;

/// <summary>
/// Makes up for what ARSoft's transports leave open: they answer responses (two such servers would talk for ever), keep a connection
/// whose client has gone, let silent ones use up all there are, wait without limit for a client that does not read, and write wrong name
/// pointers beyond the first 16 KiB of a message.
/// </summary>
/// <param name="desk">Gives out zones: those questions do not come to ARSoft's server, and it sees no signatures.</param>
/// <param name="mayTransfer">Whether an address may transfer the zone: asked at each connection, so it must not wait.</param>
/// <param name="firstQuery">How long the first query of a connection is waited for.</param>
internal sealed class GuardedTransport(IServerTransport inner, TransferDesk desk, Func<IPAddress, bool> mayTransfer, TimeSpan firstQuery) : IServerTransport
{
    // A name pointer has 14 bits (RFC 1035 section 4.1.4). What is longer goes out as several messages.
    private const ushort MaxMessage = 0x3FFF;

    private static readonly TimeSpan AfterFailure = TimeSpan.FromMilliseconds(50);

    private readonly TransferDesk _desk = desk;
    private readonly ConnectionSlots _slots = new();

    public ushort DefaultAllowedResponseSize => Math.Min(inner.DefaultAllowedResponseSize, MaxMessage);
    public bool SupportsMultipleResponses => inner.SupportsMultipleResponses;
    public bool AllowTruncatedResponses => inner.AllowTruncatedResponses;
    public TransportProtocol TransportProtocol => inner.TransportProtocol;

    public void Bind() => inner.Bind();

    public void Close() => inner.Close();

    public void Dispose() => inner.Dispose();

    public async Task<IServerConnection?> AcceptConnectionAsync(CancellationToken token = default)
    {
        var accepted = await inner.AcceptConnectionAsync(token);
        if (!SupportsMultipleResponses)
            return accepted is null ? null : new Connection(this, accepted, IPAddress.None, false);
        if (accepted is null)
        {
            // Out of file descriptors, most likely; the server would ask again without a pause.
            await Task.Delay(AfterFailure, CancellationToken.None);
            return null;
        }
        var address = accepted.RemoteEndPoint.Address;
        var connection = new Connection(this, accepted, address, mayTransfer(address));
        if (!_slots.TryTake(connection))
        {
            connection.Dispose();
            return null;
        }
        _ = connection.CloseUnlessAskedAsync(firstQuery);
        return connection;
    }

    private sealed class Connection(GuardedTransport transport, IServerConnection inner, IPAddress client, bool mayTransfer)
        : IServerConnection, ISlotHolder
    {
        private static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(10);
        private static readonly TimeSpan Grace = ConnectionSlots.InUse;

        // Bytes of the header: an id of two, then flags, the first of which says "response".
        private const int FlagsAt = 2;
        private const int HeaderLength = 12;
        private const byte ResponseFlag = 0x80;

        // Of responses that are to come, by the ids of their queries.
        private readonly ConcurrentDictionary<ushort, TsigSigner> _signers = new();

        private long _lastActive = Environment.TickCount64;
        private int _sending;
        private int _disposed;
        private volatile bool _hasAsked;

        public IServerTransport Transport => transport;
        public IPEndPoint RemoteEndPoint => inner.RemoteEndPoint;
        public IPEndPoint LocalEndPoint => inner.LocalEndPoint;
        public bool CanRead => inner.CanRead;

        public IPAddress Client => client;
        public bool MayTransfer => mayTransfer;
        public bool HasAsked => _hasAsked;
        public TimeSpan Idle => Volatile.Read(ref _sending) > 0
            ? TimeSpan.Zero
            : TimeSpan.FromMilliseconds(Environment.TickCount64 - Volatile.Read(ref _lastActive));

        public Task<bool> InitializeAsync(CancellationToken token = default) => inner.InitializeAsync(token);

        public async Task<DnsReceivedRawPackage?> ReceiveAsync(CancellationToken token = default)
        {
            while (true)
            {
                var package = await inner.ReceiveAsync(token);
                Volatile.Write(ref _lastActive, Environment.TickCount64);
                if (package is null || !IsQuery(package.ToArraySegment(false)))
                    break;
                _hasAsked = true;
                var query = transport._desk.Check(MessageIn(package));
                if (!await transport._desk.TryRespondAsync(query, RemoteEndPoint, transport.SupportsMultipleResponses, SendAsync))
                    return Unsigned(package, query);
                if (!inner.CanRead)
                    return null;
            }
            if (transport.SupportsMultipleResponses)
                _ = CloseWhenIdleAsync();
            return null;

            Task<bool> SendAsync(byte[] response) => SendUnsignedAsync(new DnsRawPackage(Framed(response)), token);
        }

        public Task<bool> SendAsync(DnsRawPackage package, CancellationToken token = default)
        {
            var response = package.ToArraySegment(false)[..package.Length];
            return _signers.TryRemove(BinaryPrimitives.ReadUInt16BigEndian(response), out var signer)
                ? SendUnsignedAsync(new DnsRawPackage(Framed(signer.Sign(response))), token)
                : SendUnsignedAsync(package, token);
        }

        private async Task<bool> SendUnsignedAsync(DnsRawPackage package, CancellationToken token)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(token);
            limit.CancelAfter(WriteLimit);
            var sent = false;
            Interlocked.Increment(ref _sending);
            try
            {
                sent = await inner.SendAsync(package, limit.Token);
            }
            finally
            {
                Volatile.Write(ref _lastActive, Environment.TickCount64);
                Interlocked.Decrement(ref _sending);
                if (!sent)
                    Dispose();
            }
            return sent;
        }

        public async Task CloseUnlessAskedAsync(TimeSpan limit)
        {
            await Task.Delay(limit);
            if (!HasAsked)
                Dispose();
        }

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _disposed, 1) != 0)
                return;
            inner.Dispose();
            transport._slots.Release(this);
        }

        private DnsReceivedRawPackage Unsigned(DnsReceivedRawPackage package, SignedQuery query)
        {
            if (query.Signer is null)
                return package;
            _signers[BinaryPrimitives.ReadUInt16BigEndian(query.Message)] = query.Signer;
            return new DnsReceivedRawPackage(Framed(query.Message), package.RemoteEndpoint, package.LocalEndpoint);
        }

        // ARSoft fills in the length of what came by UDP only, where the buffer is longer.
        private ArraySegment<byte> MessageIn(DnsReceivedRawPackage package) => transport.SupportsMultipleResponses
            ? package.ToArraySegment(false)
            : package.ToArraySegment(false)[..package.Length];

        private static byte[] Framed(byte[] message) => [(byte)(message.Length >> 8), (byte)message.Length, .. message];

        private static bool IsQuery(ArraySegment<byte> message) =>
            message.Count >= HeaderLength && (message[FlagsAt] & ResponseFlag) == 0;

        // The client may have closed its half only, and still be waiting for what it asked.
        private async Task CloseWhenIdleAsync()
        {
            while (Idle < Grace)
                await Task.Delay(Grace / 4);
            Dispose();
        }
    }
}

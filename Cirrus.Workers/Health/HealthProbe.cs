using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Cirrus.Core.Nodes;
using Cirrus.Workers.Edges;
using Microsoft.Extensions.Options;

namespace Cirrus.Workers.Health;

/// <summary>Asks a node for its status the way clients ask it for pages: through both of its tiers, by HTTP and, where names have certificates, by HTTPS.</summary>
internal sealed class HealthProbe : IDisposable
{
    private const string Path = "/.well-known/cirrus/health";
    private const string Host = "health.cirrus.invalid";
    private const int MaxDocument = 64 * 1024;

    private static readonly TimeSpan HandshakeEach = TimeSpan.FromMilliseconds(20);

    private readonly EdgePorts _edge;
    private readonly ServedNames _names;
    private readonly TimeSpan _timeout;
    private readonly HttpClient _plain;
    private readonly HttpClient _secure;
    private readonly StaggeredStart _handshakes;

    public HealthProbe(IOptions<EdgePorts> edge, IOptions<HealthOptions> health, ServedNames names, TimeProvider time)
    {
        _handshakes = new StaggeredStart(HandshakeEach, time);
        (_edge, _names, _timeout) = (edge.Value, names, health.Value.Timeout);
        _plain = Client(null);
        _secure = Client((context, cancellation) => Handshake.ConnectAsync(names, context, cancellation));
    }

    /// <summary>Probes all addresses of a node at once.</summary>
    /// <param name="isWhole">It must not be spared its handshake: whether it may go up depends on this.</param>
    public async Task<ProbeResult> ProbeAsync(IReadOnlyList<string> addresses, bool isWhole, CancellationToken cancellation)
    {
        var results = await Task.WhenAll(addresses.Select(async a => (a, await ProbeAsync(a, isWhole, cancellation))));
        return ProbeResult.Of(results);
    }

    public void Dispose()
    {
        _plain.Dispose();
        _secure.Dispose();
    }

    // A connection that has died is replaced at once by the handler, or by the next probe after one without an answer.
    private HttpClient Client(Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>>? connect) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectTimeout = _timeout,
        // What connects by TLS shakes hands again after it, for another name.
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        ConnectCallback = connect,
        // A trace for each probe of each node would bury the traces that tell something.
        ActivityHeadersPropagator = null,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = MaxDocument,
    };

    private async Task<ProbeResult> ProbeAsync(string address, bool isWhole, CancellationToken cancellation)
    {
        var plain = AskAsync(_plain, address, _edge.HttpPort, cancellation);
        if (!_names.IsAny || !(_handshakes.HasBegun(address) || isWhole))
            return await plain;
        var secure = await AskAsync(_secure, address, _edge.HttpsPort, cancellation);
        var result = await plain;
        return result.Answered && !secure.Answered ? result with { Error = $"by HTTPS: {secure.Error}", Unroutable = secure.Unroutable } : result;
    }

    private async Task<ProbeResult> AskAsync(HttpClient client, string address, int port, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_timeout);
        using var request = new HttpRequestMessage(HttpMethod.Get, EdgeAddress.Url(address, port, Path));
        request.Headers.Host = Host;
        try
        {
            using var response = await client.SendAsync(request, limit.Token);
            var document = StatusDocument.Parse(await response.Content.ReadAsByteArrayAsync(limit.Token));
            return Read(response.StatusCode, document);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new ProbeResult(string.Create(CultureInfo.InvariantCulture, $"no answer within {_timeout.TotalSeconds:0.##} s"));
        }
        catch (HttpRequestException e) when (e.InnerException is HandshakeException handshake)
        {
            // Its certificate may be gone since, or have come to its end.
            return new ProbeResult(await _names.AreStillServedAsync(handshake.Names) ? handshake.Message : "");
        }
        catch (HttpRequestException e)
        {
            return Failure(e);
        }
    }

    private static ProbeResult Read(HttpStatusCode status, StatusDocument? document)
    {
        var error = (status, document) switch
        {
            (HttpStatusCode.OK, null) => "the answer is not a status document",
            (HttpStatusCode.OK, { Ready: true }) => "",
            (_, { Ready: false }) => $"status {(int)status}: the node is not ready",
            _ => $"status {(int)status}",
        };
        return new ProbeResult(error, document?.AppliedChange, document?.Version ?? "");
    }

    private static ProbeResult Failure(HttpRequestException e) => e.InnerException is SocketException socket
        ? new ProbeResult(Words(socket), Unroutable: socket.SocketErrorCode
            is SocketError.NetworkUnreachable or SocketError.AddressFamilyNotSupported or SocketError.AddressNotAvailable)
        : new ProbeResult(e.HttpRequestError == HttpRequestError.Unknown ? e.Message : $"broken answer: {e.HttpRequestError}");

    private static string Words(SocketException e) => e.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.ConnectionReset => "connection reset",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable => "no route to the address",
        _ => e.Message,
    };
}

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Cirrus.Core.Nodes;
using Cirrus.Workers.Edges;
using Microsoft.Extensions.Options;

namespace Cirrus.Workers.Health;

/// <summary>Asks a node for its status the way clients ask it for pages: through both of its tiers.</summary>
internal sealed class HealthProbe(IOptions<EdgePorts> edge, IOptions<HealthOptions> health) : IDisposable
{
    private const string Path = "/.well-known/cirrus/health";
    private const string Host = "health.cirrus.invalid";
    private const int MaxDocument = 64 * 1024;

    private readonly TimeSpan _timeout = health.Value.Timeout;

    // A connection that has died is replaced at once by the handler, or by the next probe after one without an answer.
    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectTimeout = health.Value.Timeout,
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        // A trace for each probe of each node would bury the traces that tell something.
        ActivityHeadersPropagator = null,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = MaxDocument,
    };

    /// <summary>Probes all addresses of a node at once.</summary>
    public async Task<ProbeResult> ProbeAsync(IReadOnlyList<string> addresses, CancellationToken cancellation)
    {
        var results = await Task.WhenAll(addresses.Select(async a => (a, await ProbeAsync(a, cancellation))));
        return ProbeResult.Of(results);
    }

    public void Dispose() => _client.Dispose();

    private async Task<ProbeResult> ProbeAsync(string address, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_timeout);
        using var request = new HttpRequestMessage(HttpMethod.Get, EdgeAddress.Url(address, edge.Value.HttpPort, Path));
        request.Headers.Host = Host;
        try
        {
            using var response = await _client.SendAsync(request, limit.Token);
            var document = StatusDocument.Parse(await response.Content.ReadAsByteArrayAsync(limit.Token));
            return Read(response.StatusCode, document);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new ProbeResult(string.Create(CultureInfo.InvariantCulture, $"no answer within {_timeout.TotalSeconds:0.##} s"));
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

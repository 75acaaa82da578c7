using System.Net;
using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;
using Cirrus.Core.Redis;
using Cirrus.Workers.Edges;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Cirrus.Workers.Receipts;

/// <summary>Waits at a node's status port, so that a receipt shows within milliseconds of the change being applied.</summary>
internal sealed class ReceiptFollower(IOptions<EdgePorts> edge, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(1),
        ActivityHeadersPropagator = null,
    })
    {
        Timeout = Hold + TimeSpan.FromSeconds(2),
        MaxResponseContentBufferSize = 64 * 1024,
    };

    /// <summary>Follows one node until cancelled.</summary>
    public async Task RunAsync(Node node, Sightings sightings, CancellationToken cancellation)
    {
        ChangeId? applied = null;
        var pause = FirstPause;
        while (true)
        {
            var asked = time.GetTimestamp();
            var next = await TryStepAsync(node, applied, sightings, cancellation);
            // A node that has lost its state says so only when it isn't asked for what comes after.
            var rested = next is not null && (next != applied || time.GetElapsedTime(asked) > LongestPause);
            applied = next;
            pause = rested ? FirstPause : pause;
            if (rested)
                continue;
            await Task.Delay(pause, time, cancellation);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<ChangeId?> TryStepAsync(Node node, ChangeId? applied, Sightings sightings, CancellationToken cancellation)
    {
        var query = applied is { } after ? $"?after={after}&timeout={Hold.TotalSeconds}" : "";
        try
        {
            using var response = await _client.GetAsync(EdgeAddress.Url(node.Addresses[0], edge.Value.StatusPort, $"/status{query}"), cancellation);
            if (response.StatusCode != HttpStatusCode.OK)
                return null;
            if (StatusDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellation)) is not { } status)
                return null;
            await sightings.RecordAsync(status.AppliedChange);
            return status.AppliedChange;
        }
        catch (Exception e) when (e.IsRedisAway() || e is HttpRequestException
            || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // The probes name what is wrong with a node, and they carry receipts too while this way is closed.
            return null;
        }
    }
}

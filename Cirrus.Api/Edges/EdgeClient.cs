using System.Net;
using System.Text.Json;
using Cirrus.Core.Nodes;
using Microsoft.Extensions.Options;

namespace Cirrus.Api.Edges;

/// <summary>What a node said, or why it said nothing.</summary>
/// <param name="Problem">In words for people; null when there is an answer.</param>
internal readonly record struct EdgeAnswer<T>(T? Answer, string? Problem)
    where T : class;

/// <summary>Asks nodes on their status ports.</summary>
internal sealed class EdgeClient(IOptions<EdgePorts> options) : IDisposable
{
    private const int LongestAnswer = 256 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, ConnectTimeout = Patience })
    {
        Timeout = Patience,
        MaxResponseContentBufferSize = LongestAnswer,
    };

    /// <summary>Asks a node at its first address. Without an answer of 200 that can be read it is null, by 404 without a problem.</summary>
    public async Task<EdgeAnswer<T>> AskAsync<T>(Node node, string pathAndQuery, CancellationToken cancellation)
        where T : class
    {
        try
        {
            using var response = await _http.GetAsync(EdgeAddress.Url(node.Addresses[0], options.Value.StatusPort, pathAndQuery), cancellation);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => new(await response.Content.ReadFromJsonAsync<T>(Json, cancellation), null),
                HttpStatusCode.NotFound => default,
                var status => new(null, $"{node.Id} answered {(int)status}."),
            };
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return new(null, e is JsonException ? $"{node.Id} gave an answer that can't be read." : $"{node.Id} does not answer.");
        }
    }

    public void Dispose() => _http.Dispose();
}

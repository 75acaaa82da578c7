using System.Net;

namespace Cirrus.Tests.EndToEnd;

/// <summary>A client of one edge node.</summary>
public sealed class EdgeClient(string address, int port) : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
    {
        BaseAddress = new Uri($"http://{address}:{port}"),
        Timeout = TimeSpan.FromSeconds(10),
    };

    /// <summary>Asks for a path of a domain.</summary>
    public Task<HttpResponseMessage> GetAsync(string domain, string path, CancellationToken cancellation = default)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Host = domain;
        return _client.SendAsync(request, cancellation);
    }

    /// <summary>HIT or MISS, as the response's Cache-Status tells (RFC 9211); fails unless the response is 200.</summary>
    public async Task<string> CacheAsync(string domain, string path)
    {
        using var response = await GetAsync(domain, path);
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        var status = Assert.Single(response.Headers.GetValues("Cache-Status"));
        return status.Contains("; hit", StringComparison.Ordinal) ? "HIT" : "MISS";
    }

    public void Dispose() => _client.Dispose();
}

namespace Cirrus.Tests.Edge;

/// <summary>Clients with one connection each that stays open, so that no accept is between a request and its worker.</summary>
internal sealed class KeptConnections(int count, int port, string host) : IDisposable
{
    private readonly List<HttpClient> _clients =
        [.. Enumerable.Range(0, count).Select(_ => new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = 1 }))];

    public Task<string[]> GetAllAsync(string path) => GetSomeAsync(_clients.Count, path);

    /// <summary>Bodies of successful answers to the first clients; fails on another status.</summary>
    public Task<string[]> GetSomeAsync(int clients, string path) =>
        Task.WhenAll(_clients.Take(clients).Select(client => GetAsync(client, path)));

    public void Dispose() => _clients.ForEach(client => client.Dispose());

    private async Task<string> GetAsync(HttpClient client, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://127.0.0.1:{port}{path}"));
        request.Headers.Host = host;
        using var response = await client.SendAsync(request);
        return await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync();
    }
}

using System.Net.Http.Json;

namespace Cirrus.Tests.Programs;

/// <summary>A name server whose TXT and CNAME records a test sets (pebble-challtestsrv).</summary>
internal sealed class ChallengeServer : IAsyncDisposable
{
    private readonly int _dnsPort = FreePort.Next();
    private readonly int _managementPort = FreePort.Next();
    private readonly HttpClient _client = new();
    private ChildProcess? _process;

    private ChallengeServer() { }

    /// <summary>Address and port, for Pebble.</summary>
    public string Dns => $"127.0.0.1:{_dnsPort}";

    public int Port => _dnsPort;

    public static async Task<ChallengeServer> StartAsync()
    {
        var server = new ChallengeServer();
        try
        {
            server._process = ChildProcess.Start("pebble-challtestsrv", "pebble",
            [
                "-http01", "", "-https01", "", "-tlsalpn01", "",
                "-dns01", server.Dns, "-management", $"127.0.0.1:{server._managementPort}",
            ]);
            await Wait.UntilAsync("pebble-challtestsrv answers", server.AnswersAsync);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Adds a value to those that a name has.</summary>
    public Task AddTxtAsync(string name, string value) => PostAsync("set-txt", new { host = Absolute(name), value });

    public Task ClearTxtAsync(string name) => PostAsync("clear-txt", new { host = Absolute(name) });

    public Task SetCnameAsync(string name, string target) => PostAsync("set-cname", new { host = Absolute(name), target = Absolute(target) });

    public Task ClearCnameAsync(string name) => PostAsync("clear-cname", new { host = Absolute(name) });

    /// <summary>Queries for the name fail from now on.</summary>
    public Task SetServFailAsync(string name) => PostAsync("set-servfail", new { host = Absolute(name) });

    public Task ClearServFailAsync(string name) => PostAsync("clear-servfail", new { host = Absolute(name) });

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _client.Dispose();
    }

    private static string Absolute(string name) => name.TrimEnd('.') + ".";

    private async Task PostAsync(string path, object body)
    {
        using var response = await _client.PostAsJsonAsync(new Uri($"http://127.0.0.1:{_managementPort}/{path}"), body);
        response.EnsureSuccessStatusCode();
    }

    private async Task<bool> AnswersAsync()
    {
        if (_process!.HasExited)
            throw new InvalidOperationException($"pebble-challtestsrv ended: {_process.Output}");
        try
        {
            using var response = await _client.GetAsync(new Uri($"http://127.0.0.1:{_managementPort}/"));
            return (await Dig.ShortAsync(_dnsPort, "ready.example", "A")).Count > 0;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}

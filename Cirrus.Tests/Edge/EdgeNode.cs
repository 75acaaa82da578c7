using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Edge;

/// <summary>What a client got from an edge.</summary>
internal sealed record EdgeAnswer(HttpStatusCode Status, string Body, string CacheStatus, IReadOnlyDictionary<string, string> Headers, Version Version)
{
    public bool IsHit => CacheStatus.Contains("; hit", StringComparison.Ordinal);

    /// <summary>Of a hit: for how many seconds in all the object is fresh, however much of that has gone by.</summary>
    public int Lifetime => Seconds(CacheStatus.Split("ttl=")[^1]) + Seconds(Headers["Age"]);

    private static int Seconds(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>What a node says of itself at <c>/status</c>.</summary>
internal sealed record EdgeStatus(string Node, string Version, string? Applied, string Redis, bool Ready, int Domains, int Workers, int Certificates, string Tls, string? Problem = null);

/// <summary>A real edge node on free ports of 127.0.0.1, with a data folder of its own that a restart keeps.</summary>
internal sealed class EdgeNode : IAsyncDisposable
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    // A connection for each request, so that any worker may get it.
    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = TimeSpan.Zero,
    })
    {
        Timeout = TimeSpan.FromSeconds(20),
    };
    private readonly HttpClient _secureClient = NewSecureClient(TimeSpan.Zero);
    private readonly int[] _ports = [FreePort.Next(), FreePort.Next(), FreePort.Next()];
    private ChildProcess? _process;

    public EdgeNode(int redisPort, int workers = 2) => Environment = new()
    {
        ["CIRRUS_NODE_ID"] = "edge-test",
        ["CIRRUS_EDGE_LISTEN"] = "127.0.0.1",
        ["CIRRUS_EDGE_HTTP_PORT"] = HttpPort.ToString(CultureInfo.InvariantCulture),
        ["CIRRUS_EDGE_HTTPS_PORT"] = HttpsPort.ToString(CultureInfo.InvariantCulture),
        ["CIRRUS_EDGE_STATUS_PORT"] = StatusPort.ToString(CultureInfo.InvariantCulture),
        ["CIRRUS_EDGE_DATA"] = Data,
        ["CIRRUS_EDGE_CACHE_SIZE"] = "100m",
        ["CIRRUS_EDGE_RESOLVER"] = "127.0.0.1",
        ["CIRRUS_EDGE_ORIGIN_ALLOW"] = "127.0.0.1/32",
        ["CIRRUS_EDGE_WORKERS"] = workers.ToString(CultureInfo.InvariantCulture),
        ["REDIS_HOST"] = "127.0.0.1",
        ["REDIS_PORT"] = redisPort.ToString(CultureInfo.InvariantCulture),
        ["CIRRUS_EDGE_REDIS_PASSWORD"] = "",
    };

    /// <summary>The package that brings what the program runs.</summary>
    public const string Package = "nginx";

    public static string Program { get; } = Repository.At("Cirrus.Edge.Config/bin/edge");

    public Dictionary<string, string> Environment { get; }

    public string Data { get; } = Directory.CreateTempSubdirectory("cirrus-edge-").FullName;

    public int HttpPort => _ports[0];

    public int StatusPort => _ports[1];

    public int HttpsPort => _ports[2];

    public ChildProcess Process => _process ?? throw new InvalidOperationException("The node is not started.");

    /// <summary>Starts the node and waits until its status port answers and all of its workers run.</summary>
    public async Task StartAsync()
    {
        _process = ChildProcess.Start(Program, Package, [], Environment);
        await Wait.UntilAsync("the edge answers /healthz", () => AnswersAsync(status => status == HttpStatusCode.OK));
        // One worker answers while the others are being made.
        await Wait.UntilAsync("all workers run", () => Workers().Count == int.Parse(Environment["CIRRUS_EDGE_WORKERS"], CultureInfo.InvariantCulture));
    }

    /// <summary>Starts the node and waits until its status port answers whatever it likes.</summary>
    public async Task StartProcessAsync()
    {
        _process = ChildProcess.Start(Program, Package, [], Environment);
        await Wait.UntilAsync("the edge listens", () => AnswersAsync(_ => true));
    }

    /// <summary>Freezes master and workers: connections stay, nothing answers.</summary>
    public void Freeze() => Process.SignalGroup(Signals.Stop);

    public void Thaw() => Process.SignalGroup(Signals.Continue);

    /// <summary>Process ids of the workers, without cache manager and loader.</summary>
    public IReadOnlyList<int> Workers() =>
        [.. Process.Children().Where(id => CommandOf(id).StartsWith("nginx: worker", StringComparison.Ordinal))];

    /// <summary>The files of what its cache has stored, without those that come and go beside them.</summary>
    public IEnumerable<string> StoredFiles() =>
        Directory.EnumerateFiles(Path.Combine(Data, "cache"), "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file).Length == 32);

    /// <summary>Waits until what the node was given to store is there: the client has its answer a moment before.</summary>
    /// <param name="query">As for <see cref="ExplainAsync"/>.</param>
    public Task StoredAsync(string host, string uri, string query = "") => Wait.UntilAsync(
        $"{uri} is stored", async () => (await ExplainAsync(host, uri, query)).TryGetProperty("cache", out var cache) && cache.GetString() == "HIT");

    private static string CommandOf(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline");
        }
        catch (IOException)
        {
            // It ended since it was listed.
            return "";
        }
    }

    public async Task StopAsync(int signal = Signals.Term)
    {
        await Process.StopAsync(signal);
        await _process!.DisposeAsync();
        _process = null;
    }

    /// <summary>Kills master and workers as a crash of the machine would.</summary>
    public async Task KillAsync()
    {
        await Process.DisposeAsync();
        _process = null;
    }

    /// <summary>Asks for a path exactly as written: no escape and no dot segment is touched.</summary>
    public Task<EdgeAnswer> GetAsync(
        string host, string path, HttpMethod? method = null, Action<HttpRequestMessage>? with = null) =>
        AskAsync(_client, $"http://127.0.0.1:{HttpPort}{path}", host, method, with);

    /// <summary>Asks over TLS; the server name of the handshake is the host, unless another one is given.</summary>
    public Task<EdgeAnswer> GetSecurelyAsync(
        string host, string path, string? serverName = null, HttpMethod? method = null, Action<HttpRequestMessage>? with = null) =>
        AskAsync(_secureClient, $"https://{serverName ?? host}:{HttpsPort}{path}", host, method, with);

    /// <summary>A client that keeps its connections, and connects here whatever the host of an URL.</summary>
    public static HttpClient NewSecureClient() => NewSecureClient(TimeSpan.FromMinutes(1));

    /// <summary>The certificate that the node shows for a name; throws when it ends the handshake.</summary>
    public async Task<X509Certificate2> HandshakeAsync(string serverName, SslProtocols protocols = SslProtocols.None)
    {
        await using var stream = await ConnectAsync(HttpsPort, serverName, protocols, SslApplicationProtocol.Http11, CancellationToken.None);
        return new X509Certificate2(stream.RemoteCertificate!);
    }

    public async Task<EdgeStatus> StatusAsync(string query = "")
    {
        var text = await _client.GetStringAsync(new Uri($"http://127.0.0.1:{StatusPort}/status{query}"));
        return JsonSerializer.Deserialize<EdgeStatus>(text, Json)!;
    }

    /// <summary>What the node says it would do with a request.</summary>
    /// <param name="query">More parameters, each after an ampersand.</param>
    public async Task<JsonElement> ExplainAsync(string host, string uri, string query = "") =>
        await _client.GetFromJsonAsync<JsonElement>(
            new Uri($"http://127.0.0.1:{StatusPort}/explain?host={host}&uri={Uri.EscapeDataString(uri)}{query}"));

    /// <summary>How far the node is with a warm list; null while it knows nothing of it.</summary>
    public async Task<JsonElement?> WarmAsync(string id)
    {
        using var answer = await _client.GetAsync(new Uri($"http://127.0.0.1:{StatusPort}/warm?id={id}"));
        return answer.StatusCode == HttpStatusCode.NotFound ? null : await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
    }

    public Task<string> MetricsAsync() => _client.GetStringAsync(new Uri($"http://127.0.0.1:{StatusPort}/metrics"));

    /// <summary>Waits until the node has applied a change.</summary>
    public Task AppliedAsync(string change) => Wait.UntilAsync(
        $"change {change} is applied", async () => ChangeId.Compare((await StatusAsync()).Applied, change) >= 0);

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _client.Dispose();
        _secureClient.Dispose();
        Directory.Delete(Data, recursive: true);
    }

    private static async Task<EdgeAnswer> AskAsync(
        HttpClient client, string url, string host, HttpMethod? method, Action<HttpRequestMessage>? with)
    {
        var uri = new Uri(url, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, uri);
        request.Headers.Host = host;
        with?.Invoke(request);
        using var response = await client.SendAsync(request);
        var headers = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        return new(
            response.StatusCode, await response.Content.ReadAsStringAsync(), headers.GetValueOrDefault("Cache-Status", ""), headers,
            response.Version);
    }

    private static HttpClient NewSecureClient(TimeSpan lifetime) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        PooledConnectionLifetime = lifetime,
        ConnectCallback = async (context, end) =>
        {
            var protocol = context.InitialRequestMessage.Version.Major == 2 ? SslApplicationProtocol.Http2 : SslApplicationProtocol.Http11;
            return await ConnectAsync(context.DnsEndPoint.Port, context.DnsEndPoint.Host, SslProtocols.None, protocol, end);
        },
    })
    {
        Timeout = TimeSpan.FromSeconds(20),
    };

    private static async Task<SslStream> ConnectAsync(
        int port, string serverName, SslProtocols protocols, SslApplicationProtocol application, CancellationToken end)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        SslStream? stream = null;
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, end);
            stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = serverName,
                    EnabledSslProtocols = protocols,
                    ApplicationProtocols = [application],
                    // Which certificate it is, is what tests look at.
                    RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
                    AllowTlsResume = false,
                },
                end);
            return stream;
        }
        catch
        {
            socket.Dispose();
            if (stream is not null)
                await stream.DisposeAsync();
            throw;
        }
    }

    private async Task<bool> AnswersAsync(Predicate<HttpStatusCode> wanted)
    {
        if (Process.HasExited)
            Assert.Fail($"The edge ended: {Process.Output}");
        try
        {
            using var response = await _client.GetAsync(new Uri($"http://127.0.0.1:{StatusPort}/healthz"));
            return wanted(response.StatusCode);
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}

using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Cirrus.Core.Certificates;
using Cirrus.Core.Steering;
using Cirrus.Tests.Api;
using Cirrus.Tests.Programs;
using StackExchange.Redis;

namespace Cirrus.Tests.EndToEnd;

/// <summary>The whole of Cirrus as the AppHost starts it, on free ports and a data folder of its own, with two nodes registered.</summary>
public sealed class Stack : IAsyncLifetime
{
    public const string Edge1 = "127.0.0.11";
    public const string Edge2 = "127.0.0.12";
    public const string Zone = "cdn.local.test";
    private const string Token = "end-to-end-master-token";
    private const string RedisPassword = "end-to-end-redis-password";
    private static readonly string SealingKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private static readonly TimeSpan StartUp = TimeSpan.FromMinutes(2);

    private readonly WorkFolder _data = new();
    private readonly int _edgePort = FreePort.Next(Edge1, Edge2);
    private readonly int _statusPort = FreePort.Next(Edge1, Edge2);
    private readonly int _httpsPort = FreePort.Next(Edge1, Edge2);
    private readonly int _redisPort = FreePort.Next();
    private readonly int _dnsPort = FreePort.Next();
    private readonly int[] _nsPorts = [FreePort.Next(), FreePort.Next()];
    private readonly int _originPort = FreePort.Next();
    private readonly int _pebblePort = FreePort.Next();
    private readonly int _pebbleManagementPort = FreePort.Next();
    private DistributedApplication _app = null!;

    public HttpClient Api { get; private set; } = null!;

    /// <summary>The stack's Redis.</summary>
    internal IConnectionMultiplexer Redis { get; private set; } = null!;

    /// <summary>Opens the private keys in it.</summary>
    internal static KeySealing Sealing => KeySealing.Parse(SealingKey);

    /// <summary>Where every process keeps what it writes.</summary>
    public string DataFolder => _data.Path;

    /// <summary>The port of the demo origin on 127.0.0.1.</summary>
    public int OriginPort => _originPort;

    /// <summary>The port of every node's HTTPS listener.</summary>
    public int HttpsPort => _httpsPort;

    /// <summary>The port of the resolver that knows the zone and customers' CNAMEs, on 127.0.0.1.</summary>
    public int ResolverPort { get; } = FreePort.Next();

    /// <summary>Where the certificate authority has its directory.</summary>
    public Uri AcmeDirectory => new($"https://127.0.0.1:{_pebblePort}/dir");

    /// <summary>PEM file of the root that the authority's own TLS certificate leads to.</summary>
    public string AcmeBundle => _data.At("pebble/bundle.pem");

    /// <summary>PEM file of the root that the certificates it issues lead to.</summary>
    public string AcmeRoots => _data.At("pebble/roots.pem");

    public async Task InitializeAsync()
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.Cirrus_AppHost>(
        [
            $"--Data={_data.Path}", $"--MASTER_API_TOKEN={Token}",
            $"--Parameters:redis-password={RedisPassword}", $"--{KeySealing.Setting}={SealingKey}",
            $"--Ports:Redis={_redisPort}", $"--Ports:EdgeHttp={_edgePort}", $"--Ports:EdgeStatus={_statusPort}",
            $"--Ports:Dns={_dnsPort}", $"--Ports:Ns1={_nsPorts[0]}", $"--Ports:Ns2={_nsPorts[1]}", $"--Ports:Origin={_originPort}",
            $"--Ports:EdgeHttps={_httpsPort}", $"--Ports:Resolver={ResolverPort}",
            $"--Ports:Pebble={_pebblePort}", $"--Ports:PebbleManagement={_pebbleManagementPort}",
        ]);
        // Tests kill nodes again and again, which is not to be held against them.
        builder.CreateResourceBuilder(builder.Resources.OfType<ProjectResource>().Single(r => r.Name == "workers"))
            .WithEnvironment("Health__FirstHold", "00:00:00");
        _app = await builder.BuildAsync();
        await _app.StartAsync();
        using var patience = new CancellationTokenSource(StartUp);
        foreach (var resource in new[] { "api", "workers", "dns", "ns1", "ns2", "resolver", "pebble", "edge-1", "edge-2", "origin" })
            await _app.ResourceNotifications.WaitForResourceHealthyAsync(resource, patience.Token);

        Api = _app.CreateHttpClient("api", "http");
        Api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        Redis = await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{_redisPort},password={RedisPassword}");
        await RegisterAsync("edge-1", Edge1);
        await RegisterAsync("edge-2", Edge2);
        await Wait.UntilAsync("both nodes are up", async () => await HealthAsync("edge-1") == "up" && await HealthAsync("edge-2") == "up");
    }

    public async Task DisposeAsync()
    {
        Api?.Dispose();
        if (Redis is not null)
            await Redis.DisposeAsync();
        if (_app is not null)
            await _app.DisposeAsync();
        _data.Dispose();
    }

    /// <summary>Creates a domain with the demo origin and waits until every node and secondary has it.</summary>
    /// <returns>Its access name.</returns>
    public async Task<string> CreateDomainAsync(string name)
    {
        var body = $$"""
            {"name":"{{name}}","origins":[{"scheme":"http","host":"127.0.0.1","port":{{_originPort}},"weight":1}],"cacheEnable":true,
             "rules":[{"path":"^/","ttl":600,"methods":["GET","HEAD"]}]}
            """;
        var created = await Api.PostJsonAsync("/api/v1/domains", body);
        await AppliedAsync(created.Change());
        return (string)(await created.ReadAsync(System.Net.HttpStatusCode.Created))["accessName"]!;
    }

    /// <summary>The receipt, once everyone who serves has applied the change; fails when that takes more than 10 s.</summary>
    public async Task<JsonNode> AppliedAsync(string change)
    {
        var receipt = await ReceiptAsync(change);
        Assert.True((bool)receipt["applied"]!, receipt.ToJsonString());
        return receipt;
    }

    /// <summary>Whether everyone who serves has applied a change within 10 s.</summary>
    public async Task<bool> IsAppliedAsync(string change) => (bool)(await ReceiptAsync(change))["applied"]!;

    /// <summary>The receipt as it is when everyone who serves has applied the change, or after 10 s.</summary>
    public async Task<JsonNode> ReceiptAsync(string change) =>
        (await Api.GetFromJsonAsync<JsonNode>($"/api/v1/changes/{change}?wait=applied&timeout=10s"))!;

    public async Task<string> HealthAsync(string node) =>
        (string)(await Api.GetFromJsonAsync<JsonNode>($"/api/v1/nodes/{node}"))!["status"]!["health"]!;

    /// <summary>The port of a secondary (1 or 2).</summary>
    public int NameServerPort(int secondary) => _nsPorts[secondary - 1];

    /// <summary>What dig prints of a transfer from the hidden primary, by whoever is on this machine.</summary>
    public Task<string> TransferAsync() => Dig.RunAsync(_dnsPort, Zone, "AXFR");

    /// <summary>The addresses a secondary (1 or 2) gives for a name, in order; asked with dig as an operator would.</summary>
    public Task<IReadOnlyList<string>> DigAsync(int secondary, string name) => Dig.ShortAsync(_nsPorts[secondary - 1], name, "A");

    /// <summary>Makes a record that a customer makes in their own DNS.</summary>
    public Task AddCnameAsync(string name, string target) => Unbound.CustomerAsync(_data.At("resolver"), name, target);

    /// <summary>Waits until both secondaries give exactly these addresses.</summary>
    public Task NamedAsync(string name, TimeSpan within, params string[] addresses) => Wait.UntilAsync(
        $"both secondaries give {string.Join(' ', addresses)} for {name}",
        async () => (await DigAsync(1, name)).SequenceEqual(addresses) && (await DigAsync(2, name)).SequenceEqual(addresses),
        within);

    /// <summary>Where one node listens.</summary>
    public Uri EdgeUrl(string address) => new($"http://{address}:{_edgePort}/");

    /// <summary>A connection to one node that no test shares.</summary>
    public EdgeClient Edge(string address) => new(address, _edgePort);

    /// <summary>A client that believes in the stack's authority only, for one node's HTTPS.</summary>
    public TlsClient Tls(string address) => new(address, _httpsPort, AcmeRoots);

    /// <summary>What a worker of this process needs to issue certificates as the stack's own does.</summary>
    public Dictionary<string, string?> AcmeSettings => new()
    {
        ["Zone__Name"] = Zone,
        [KeySealing.Setting] = SealingKey,
        ["Acme__Authorities__0__Name"] = "pebble",
        ["Acme__Authorities__0__Directory"] = AcmeDirectory.ToString(),
        ["Acme__Authorities__0__CaBundle"] = AcmeBundle,
        ["Acme__Authorities__0__TermsOfServiceAgreed"] = "true",
        ["Acme__Resolver"] = $"127.0.0.1:{ResolverPort}",
    };

    /// <summary>The record that lets us prove that a name is the customer's.</summary>
    public Task DelegateChallengeAsync(string name) => AddCnameAsync($"_acme-challenge.{name}", $"{AccessName.Challenge(name)}.{Zone}");

    /// <summary>nginx of a node: its master and its workers.</summary>
    public IReadOnlyList<int> EdgeProcesses(string address) => Listeners.On(address, _edgePort);

    /// <summary>What is behind a resource's port, by the name it has in the AppHost.</summary>
    public IReadOnlyList<int> Processes(string resource) => resource switch
    {
        "redis" => Listeners.On("127.0.0.1", _redisPort),
        "dns" => Listeners.On("127.0.0.1", _dnsPort),
        "ns1" => Listeners.On("127.0.0.1", _nsPorts[0]),
        "ns2" => Listeners.On("127.0.0.1", _nsPorts[1]),
        "resolver" => Listeners.On("127.0.0.1", ResolverPort),
        "pebble" => Listeners.On("127.0.0.1", _pebblePort),
        "api" or "workers" => Listeners.On("127.0.0.1", _app.GetEndpoint(resource, "http").Port),
        "edge-1" => EdgeProcesses(Edge1),
        "edge-2" => EdgeProcesses(Edge2),
        _ => throw new ArgumentException($"There is no {resource}.", nameof(resource)),
    };

    private async Task RegisterAsync(string id, string address) => (await Api.PutJsonAsync(
        $"/api/v1/nodes/{id}", $$"""{"addresses":["{{address}}"],"weight":100,"region":"local"}""")).EnsureSuccessStatusCode();
}

// Its promises are in milliseconds, so it has the machine to itself.
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class StackCollection : ICollectionFixture<Stack>
{
    public const string Name = "Stack";
}

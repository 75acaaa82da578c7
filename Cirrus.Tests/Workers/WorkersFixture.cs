using Cirrus.Core.Audit;
using Cirrus.Core.Changes;
using Cirrus.Core.Domains;
using Cirrus.Core.Nodes;
using Cirrus.Tests.Programs;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace Cirrus.Tests.Workers;

/// <summary>Redis and Cirrus.Workers as processes of their own, and edges that speak the protocol.</summary>
internal sealed class WorkersFixture : IAsyncDisposable
{
    public static readonly Actor Actor = new("test");

    // Probes ten times more often than as delivered, so that tests need not wait; but a busy machine may take its time to answer and to apply.
    private static readonly Dictionary<string, string> Fast = new()
    {
        ["Health__Interval"] = "00:00:00.2",
        ["Health__FirstInterval"] = "00:00:00.05",
        ["Health__RetryInterval"] = "00:00:00.05",
        ["Health__Timeout"] = "00:00:03",
        ["Health__Lag"] = "00:00:20",
        ["Watch__Lease"] = "00:00:00.9",
    };

    private static int _lastAddress = 10;

    private readonly List<EdgePeer> _peers = [];
    private readonly List<ChildProcess> _workers = [];
    private readonly int _httpPort = FreePort.Next();
    private readonly int _httpsPort = FreePort.Next();
    private readonly int _statusPort = FreePort.Next();

    private WorkersFixture(RedisServer server, IConnectionMultiplexer connection)
    {
        Server = server;
        Connection = connection;
        Nodes = new NodeStore(connection);
        Domains = new DomainStore(connection);
        Applied = new AppliedLog(connection);
        Log = new ChangeLog(connection, NullLogger<ChangeLog>.Instance);
    }

    /// <summary>Where peers take probes.</summary>
    public int HttpPort => _httpPort;

    public RedisServer Server { get; }
    public IConnectionMultiplexer Connection { get; }
    public NodeStore Nodes { get; }
    public DomainStore Domains { get; }
    public AppliedLog Applied { get; }
    public ChangeLog Log { get; }

    public static async Task<WorkersFixture> StartAsync()
    {
        var server = await RedisServer.StartAsync();
        return new WorkersFixture(server, await server.ConnectAsync());
    }

    /// <summary>Starts an instance of Workers and waits until it is ready.</summary>
    public async Task<ChildProcess> StartWorkersAsync(params (string Name, string Value)[] settings)
    {
        var port = FreePort.Next();
        var environment = new Dictionary<string, string>(Fast)
        {
            ["ConnectionStrings__redis"] = Server.ConnectionString + ",connectTimeout=500,asyncTimeout=1000",
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}",
            ["Edge__HttpPort"] = $"{_httpPort}",
            ["Edge__HttpsPort"] = $"{_httpsPort}",
            ["Edge__StatusPort"] = $"{_statusPort}",
        };
        foreach (var (name, value) in settings)
            environment[name] = value;
        var process = ChildProcess.Start(
            "dotnet", "dotnet-sdk-10.0", [Path.Combine(AppContext.BaseDirectory, "Cirrus.Workers.dll")], environment);
        _workers.Add(process);
        using var client = new HttpClient();
        await Wait.UntilAsync("Workers is ready", async () =>
        {
            Assert.False(process.HasExited, process.Output);
            try
            {
                return (await client.GetAsync($"http://127.0.0.1:{port}/readyz")).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
        return process;
    }

    /// <summary>An edge that follows the log, listening on an address that no other test uses.</summary>
    public async Task<EdgePeer> StartPeerAsync(string id)
    {
        var peer = new EdgePeer(id, $"127.0.1.{Interlocked.Increment(ref _lastAddress)}", _httpPort, _httpsPort, _statusPort, Connection);
        _peers.Add(peer);
        await peer.StartAsync();
        peer.Follow();
        return peer;
    }

    public async Task<EdgePeer> StartRegisteredPeerAsync(string id)
    {
        var peer = await StartPeerAsync(id);
        await RegisterAsync(peer);
        return peer;
    }

    public async Task<ChangeId> RegisterAsync(EdgePeer peer, NodeState state = NodeState.Active, params string[] moreAddresses)
    {
        var stored = await Nodes.FindAsync(peer.Id);
        var node = new Node
        {
            Id = peer.Id,
            Addresses = [peer.Address, .. moreAddresses],
            State = state,
            Revision = (stored?.Node.Revision ?? 0) + 1,
            CreatedAt = stored?.Node.CreatedAt ?? DateTimeOffset.UtcNow,
        };
        var result = await Nodes.PutAsync(node, Actor);
        Assert.True(result.Accepted);
        return result.Change;
    }

    /// <summary>Any change of the log that nodes must apply.</summary>
    public async Task<ChangeId> ChangeSomethingAsync()
    {
        var domain = new CdnDomain
        {
            Name = $"{Guid.NewGuid():N}.example.test",
            Origins = [new Origin("http", "127.0.0.1", 9000)],
            CacheEnable = true,
            Revision = 1,
        };
        return (await Domains.PutAsync(domain, Actor)).Change;
    }

    public async Task<NodeStatus> StatusAsync(string id) => (await Nodes.FindAsync(id))!.Status;

    public Task WaitForAsync(string id, NodeHealth health) =>
        Wait.UntilAsync($"{id} is {health}", async () => (await StatusAsync(id)).Health == health);

    public async Task<IReadOnlyList<string>> HealthChangesAsync(string id)
    {
        var changes = (await Log.ReadAsync(ChangeId.Zero)).Changes;
        return [.. changes.Where(c => c.Type == ChangeTypes.NodeHealth && c.Key == id).Select(c => c.Data)];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _workers)
            await process.DisposeAsync();
        foreach (var peer in _peers)
            await peer.DisposeAsync();
        await Connection.DisposeAsync();
        await Server.DisposeAsync();
    }
}

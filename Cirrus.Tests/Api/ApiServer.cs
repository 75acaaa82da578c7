using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Cirrus.Api.Changes;
using Cirrus.Tests.Programs;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Cirrus.Tests.Api;

/// <summary>The control API on real Kestrel and a real Redis, shared by the tests of this folder.</summary>
public sealed class ApiServer : IAsyncLifetime
{
    public const string Token = "test-master-token";

    private RedisServer _redis = null!;
    private Factory _factory = null!;

    /// <summary>Sends the master token.</summary>
    public HttpClient Client { get; private set; } = null!;

    public IConnectionMultiplexer Store { get; private set; } = null!;

    public IDatabase Redis => Store.GetDatabase();

    public IServiceProvider Services => _factory.Services;

    /// <summary>What the API is told besides its Redis and its token. Its quotas are out of the way unless a test sets them.</summary>
    public Dictionary<string, string> Settings { get; } = new()
    {
        ["Logging:LogLevel:Default"] = "Warning",
        ["Origins:AllowedNetworks:0"] = "127.0.0.0/8",
        ["RateLimits:Reads"] = "10000000",
        ["RateLimits:Writes"] = "10000000",
        ["RateLimits:Anonymous"] = "10000000",
        ["Audit:Refusals:PerCaller"] = "1000000",
        ["Audit:Refusals:PerAddress"] = "1000000",
        ["Audit:Refusals:Anonymous"] = "1000000",
    };

    /// <summary>Gets all that the API logs.</summary>
    public ILoggerProvider? Logs { get; init; }

    /// <summary>Added to the API's connection string of Redis.</summary>
    public string RedisOptions { get; init; } = "";

    /// <summary>From now on Redis keeps its connections and answers nothing.</summary>
    public void FreezeRedis() => _redis.Freeze();

    public void ThawRedis() => _redis.Thaw();

    /// <summary>Ends Redis without warning.</summary>
    public Task KillRedisAsync() => _redis.KillAsync();

    /// <summary>Starts it again with the data it had.</summary>
    public Task RestartRedisAsync() => _redis.RestartAsync();

    /// <summary>The id of the newest entry of the audit trail, or one before the first.</summary>
    public async Task<RedisValue> NewestEntryAsync() =>
        await Redis.StreamRangeAsync("cdn:audit", count: 1, messageOrder: Order.Descending) is [var newest] ? newest.Id : "0-0";

    /// <summary>
    /// What the audit trail has after an entry, but for refused attempts: those are noted a moment after their answers, and may be of a test that has ended.
    /// </summary>
    public async Task<IReadOnlyList<StreamEntry>> AcceptedSinceAsync(RedisValue id) =>
        [.. (await Redis.StreamRangeAsync("cdn:audit", minId: $"({id}")).Where(e => e["outcome"] != "refused")];

    /// <summary>What the API itself works with.</summary>
    internal T Service<T>() where T : notnull => _factory.Services.GetRequiredService<T>();

    /// <summary>Sends no token.</summary>
    public HttpClient Stranger() => new() { BaseAddress = Client.BaseAddress };

    /// <summary>A client with a service token for these domains only.</summary>
    public async Task<HttpClient> ConfinedAsync(string role, string[] domains)
    {
        var created = await (await Client.PostAsJsonAsync("/api/v1/auth/tokens", new { name = "confined", role, domains })).ReadAsync(HttpStatusCode.Created);
        var client = Stranger();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string?)created["token"]);
        return client;
    }

    /// <summary>Method and an example path of every route below <c>/api</c>, from the route table itself.</summary>
    public IEnumerable<(string Method, string Path)> Routes() => Routes(_ => true);

    /// <summary>Those of which the metadata are as wanted.</summary>
    internal IEnumerable<(string Method, string Path)> Routes(Func<EndpointMetadataCollection, bool> wanted) =>
        from endpoint in _factory.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
        let path = endpoint.RoutePattern.RawText!
        where path.StartsWith("/api", StringComparison.Ordinal) && wanted(endpoint.Metadata)
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
        select (method, path.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal));

    public async Task InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        Store = await _redis.ConnectAsync();
        _factory = new Factory(this);
        _factory.UseKestrel(0);
        _factory.StartServer();
        Client = _factory.CreateClient();
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await _factory.DisposeAsync();
        await Store.DisposeAsync();
        await _redis.DisposeAsync();
    }

    // Any public type of the Api names its assembly; Program itself is one of three in this test assembly's sight.
    private sealed class Factory(ApiServer server) : WebApplicationFactory<Receipt>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseSetting("ConnectionStrings:redis", server._redis.ConnectionString + server.RedisOptions).UseSetting("MASTER_API_TOKEN", Token);
            foreach (var (key, value) in server.Settings)
                builder.UseSetting(key, value);
            if (server.Logs is { } logs)
                builder.ConfigureLogging(logging => logging.AddProvider(logs));
        }
    }
}

[CollectionDefinition(Name)]
public sealed class ApiCollection : ICollectionFixture<ApiServer>
{
    public const string Name = "Api";
}

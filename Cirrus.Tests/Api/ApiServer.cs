using System.Net.Http.Headers;
using Cirrus.Api.Changes;
using Cirrus.Tests.Programs;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
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

    /// <summary>From now on Redis keeps its connections and answers nothing.</summary>
    public void FreezeRedis() => _redis.Freeze();

    /// <summary>Ends Redis without warning.</summary>
    public Task KillRedisAsync() => _redis.KillAsync();

    /// <summary>Sends no token.</summary>
    public HttpClient Stranger() => new() { BaseAddress = Client.BaseAddress };

    /// <summary>Method and an example path of every route below <c>/api</c>, from the route table itself.</summary>
    public IEnumerable<(string Method, string Path)> Routes() =>
        from endpoint in _factory.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
        let path = endpoint.RoutePattern.RawText!
        where path.StartsWith("/api", StringComparison.Ordinal)
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
        select (method, path.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal));

    public async Task InitializeAsync()
    {
        _redis = await RedisServer.StartAsync();
        Store = await _redis.ConnectAsync();
        _factory = new Factory(_redis.ConnectionString);
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
    private sealed class Factory(string redis) : WebApplicationFactory<Receipt>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder) => builder
            .UseSetting("ConnectionStrings:redis", redis)
            .UseSetting("MASTER_API_TOKEN", Token)
            .UseSetting("Origins:AllowedNetworks:0", "127.0.0.0/8")
            .UseSetting("Logging:LogLevel:Default", "Warning");
    }
}

[CollectionDefinition(Name)]
public sealed class ApiCollection : ICollectionFixture<ApiServer>
{
    public const string Name = "Api";
}

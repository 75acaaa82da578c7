using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using Cirrus.Api.Changes;
using Cirrus.Api.Identities;
using Cirrus.Tests.Programs;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cirrus.Tests.Api.Identities;

/// <summary>One process of the control API, on real Kestrel, beside others on one Redis.</summary>
internal sealed class Replica : IAsyncDisposable
{
    public const string Master = "test-master-token";

    private readonly Factory _factory;

    private Replica(Factory factory) => _factory = factory;

    public Uri Address => _factory.ClientOptions.BaseAddress;

    public IServiceProvider Services => _factory.Services;

    /// <summary>Every line logged so far, with its exception.</summary>
    public IReadOnlyCollection<string> Log => _factory.Log.Lines;

    /// <summary>Every route below <c>/api</c>.</summary>
    public IEnumerable<RouteEndpoint> Routes => Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
        .Where(e => e.RoutePattern.RawText!.StartsWith("/api", StringComparison.Ordinal));

    /// <param name="master">Null: started without a master token.</param>
    public static Replica Start(
        RedisServer redis, string? master = Master, TimeProvider? time = null, params (string Key, string Value)[] settings) =>
        Start(redis.ConnectionString, master, time, settings);

    /// <param name="redis">A connection string.</param>
    /// <param name="master">Null: started without a master token.</param>
    public static Replica Start(string redis, string? master = Master, TimeProvider? time = null, params (string Key, string Value)[] settings)
    {
        var factory = new Factory(redis, master, time, settings);
        try
        {
            factory.UseKestrel(0);
            factory.StartServer();
            return new Replica(factory);
        }
        catch
        {
            factory.Dispose();
            throw;
        }
    }

    /// <summary>A client without a credential; it keeps no cookies.</summary>
    /// <param name="from">The loopback address it calls from.</param>
    public HttpClient Stranger(string? from = null)
    {
        var handler = new SocketsHttpHandler { UseCookies = false };
        if (from is not null)
            handler.ConnectCallback = (context, cancellation) => ConnectAsync(IPAddress.Parse(from), context.DnsEndPoint.Port, cancellation);
        return new HttpClient(handler) { BaseAddress = Address };
    }

    public HttpClient WithToken(string token = Master)
    {
        var client = Stranger();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>A browser that has this session, on a page of the API's own.</summary>
    public HttpClient WithSession(string secret, string? site = "same-origin")
    {
        var client = Stranger();
        client.DefaultRequestHeaders.Add("Cookie", $"cirrus_session={secret}");
        if (site is not null)
            client.DefaultRequestHeaders.Add("Sec-Fetch-Site", site);
        return client;
    }

    /// <summary>Creates a user of a fresh name by the master token.</summary>
    public async Task<string> CreateUserAsync(string role, string password = "correct horse battery")
    {
        using var master = WithToken();
        var name = $"u{Guid.NewGuid():N}";
        await (await master.PostAsJsonAsync("/api/v1/users", new { name, role, password })).ReadAsync(HttpStatusCode.Created);
        return name;
    }

    /// <summary>Creates a service token by the master token; its secret.</summary>
    public async Task<(string Id, string Secret)> CreateTokenAsync(object body)
    {
        using var master = WithToken();
        var created = await (await master.PostAsJsonAsync("/api/v1/auth/tokens", body)).ReadAsync(HttpStatusCode.Created);
        return ((string)created["id"]!, (string)created["token"]!);
    }

    public async Task<HttpResponseMessage> TryLogInAsync(string name, string password, string? from = null)
    {
        using var client = Stranger(from);
        return await client.PostAsJsonAsync("/api/v1/auth/login", new { name, password });
    }

    /// <summary>The secret of a new session.</summary>
    public async Task<string> LogInAsync(string name, string password = "correct horse battery", string? from = null)
    {
        var response = await TryLogInAsync(name, password, from);
        await response.ReadAsync(HttpStatusCode.OK);
        return response.SessionCookie();
    }

    public ValueTask DisposeAsync() => _factory.DisposeAsync();

    private static async ValueTask<Stream> ConnectAsync(IPAddress from, int port, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(from, 0));
        await socket.ConnectAsync(IPAddress.Loopback, port, cancellation);
        return new NetworkStream(socket, ownsSocket: true);
    }

    // Any public type of the Api names its assembly.
    private sealed class Factory(string redis, string? master, TimeProvider? time, (string Key, string Value)[] settings) : WebApplicationFactory<Receipt>
    {
        public CapturedLog Log { get; } = new();

        protected override void ConfigureWebHost(IWebHostBuilder builder)
        {
            builder.UseSetting("ConnectionStrings:redis", redis).UseSetting("MASTER_API_TOKEN", master ?? "")
                .UseSetting("Logging:LogLevel:Default", "Warning").UseSetting("RateLimits:Factor", "1000000");
            foreach (var (key, value) in settings)
                builder.UseSetting(key, value);
            builder.ConfigureLogging(logging => logging.ClearProviders().AddProvider(Log));
            builder.ConfigureTestServices(services =>
            {
                if (time is not null)
                    services.AddSingleton(time);
                // A real hash takes a fifth of a second of one core: they are for who sets something about them.
                if (!settings.Any(s => s.Key.StartsWith(PasswordOptions.Section, StringComparison.Ordinal)))
                    services.AddSingleton(Options.Create(new PasswordOptions { MemoryKiB = 64, Passes = 1 }));
            });
        }
    }

    private sealed class CapturedLog : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IReadOnlyCollection<string> Lines => _lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull
        {
            _lines.Enqueue($"{state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose() { }
    }
}

internal static class SessionCookies
{
    /// <summary>The Set-Cookie field of the session.</summary>
    public static string SetCookie(this HttpResponseMessage response) =>
        Assert.Single(response.Headers.GetValues("Set-Cookie"), c => c.StartsWith("cirrus_session=", StringComparison.Ordinal));

    public static string SessionCookie(this HttpResponseMessage response) => response.SetCookie().Split('=', ';')[1];
}

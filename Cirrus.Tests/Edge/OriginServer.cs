using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Cirrus.Tests.Programs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Cirrus.Tests.Edge;

/// <summary>An origin in this process; it answers each request with the request's number, so that copies show.</summary>
internal sealed class OriginServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _requests;

    private OriginServer(WebApplication app, int port)
    {
        _app = app;
        Port = port;
    }

    public int Port { get; }

    /// <summary>How many requests came in.</summary>
    public int Requests => Volatile.Read(ref _requests);

    /// <summary>Path and query of each request, as sent.</summary>
    public ConcurrentQueue<string> Targets { get; } = new();

    public ConcurrentQueue<IHeaderDictionary> Headers { get; } = new();

    /// <summary>The connection of each request, and the server name its handshake asked for.</summary>
    public ConcurrentQueue<(string Id, string ServerName)> Connections { get; } = new();

    public int DistinctConnections => Connections.Select(c => c.Id).Distinct().Count();

    /// <summary>Sets status and header fields; the body follows by itself.</summary>
    public Func<HttpContext, Task> Respond { get; set; } = context =>
    {
        context.Response.Headers.CacheControl = "max-age=60";
        return Task.CompletedTask;
    };

    /// <param name="certificate">By TLS, with this certificate; null: in plain text.</param>
    public static async Task<OriginServer> StartAsync(X509Certificate2? certificate = null, string address = "127.0.0.1", int? atPort = null)
    {
        var port = atPort ?? FreePort.Next(address);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Parse(address), port, listen =>
            {
                if (certificate is not null)
                    listen.UseHttps(https => https.ServerCertificateSelector = (_, _) => certificate);
            });
        });
        var app = builder.Build();
        var origin = new OriginServer(app, port);
        app.Run(origin.AnswerAsync);
        await app.StartAsync();
        return origin;
    }

    /// <summary>As if nothing had been asked yet.</summary>
    public void Forget()
    {
        Interlocked.Exchange(ref _requests, 0);
        Targets.Clear();
        Headers.Clear();
        Connections.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        // Edges keep connections open; there is no grace for them here.
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var number = Interlocked.Increment(ref _requests);
        Targets.Enqueue(context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget);
        Connections.Enqueue((context.Connection.Id, context.Features.Get<ITlsHandshakeFeature>()?.HostName ?? ""));
        Headers.Enqueue(new HeaderDictionary(context.Request.Headers.ToDictionary()));
        await Respond(context);
        if (context.Response.HasStarted || context.Response.StatusCode is 204 or 304)
            return;
        await context.Response.WriteAsync($"{Port} {number}");
    }
}

using System.Collections.Concurrent;
using System.Net;
using Cirrus.Tests.Programs;
using Microsoft.AspNetCore.Builder;
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

    /// <summary>Sets status and header fields; the body follows by itself.</summary>
    public Func<HttpContext, Task> Respond { get; set; } = context =>
    {
        context.Response.Headers.CacheControl = "max-age=60";
        return Task.CompletedTask;
    };

    public static async Task<OriginServer> StartAsync()
    {
        var port = FreePort.Next();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        var app = builder.Build();
        var origin = new OriginServer(app, port);
        app.Run(origin.AnswerAsync);
        await app.StartAsync();
        return origin;
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
        Headers.Enqueue(new HeaderDictionary(context.Request.Headers.ToDictionary()));
        await Respond(context);
        if (context.Response.HasStarted || context.Response.StatusCode is 204 or 304)
            return;
        await context.Response.WriteAsync($"{Port} {number}");
    }
}

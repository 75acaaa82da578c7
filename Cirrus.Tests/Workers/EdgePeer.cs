using System.Net;
using System.Security.Cryptography.X509Certificates;
using Cirrus.Core.Changes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace Cirrus.Tests.Workers;

/// <summary>Speaks the edge's side of docs/edge.md on an address of its own, and applies changes by noting them.</summary>
internal sealed class EdgePeer(string id, string address, int httpPort, int httpsPort, int statusPort, IConnectionMultiplexer redis) : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly ChangeLog _log = new(redis, NullLogger<ChangeLog>.Instance);
    private WebApplication? _app;
    private Task _following = Task.CompletedTask;
    private ChangeId _applied;

    public string Id => id;
    public string Address => address;

    /// <summary>It reads no changes, but answers.</summary>
    public volatile bool Partitioned;

    /// <summary>It takes questions and answers none.</summary>
    public volatile bool Silent;

    public volatile bool Ready = true;

    /// <summary>Shown to those who ask for its name by HTTPS; null: to nobody, and nobody stays connected.</summary>
    public volatile X509Certificate2? Certificate;

    /// <summary>How many handshakes asked for a certificate.</summary>
    public int Handshakes;

    /// <summary>How many questions came in at the status port.</summary>
    public int StatusQuestions;

    public ChangeId Applied
    {
        get => _applied;
        set => _applied = value;
    }

    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Parse(address), httpPort);
            kestrel.Listen(IPAddress.Parse(address), httpsPort, listen => listen.UseHttps(https => https.ServerCertificateSelector = (_, _) =>
            {
                Interlocked.Increment(ref Handshakes);
                return Certificate;
            }));
            kestrel.Listen(IPAddress.Parse(address), statusPort);
        });
        _app = builder.Build();
        _app.Use((context, next) =>
        {
            if (!context.Request.IsHttps || Certificate is not null)
                return next(context);
            context.Abort();
            return Task.CompletedTask;
        });
        _app.MapGet("/.well-known/cirrus/health", HealthAsync);
        _app.MapGet("/status", StatusAsync);
        await _app.StartAsync();
    }

    /// <summary>Applies changes as they are written.</summary>
    public void Follow() => _following = FollowAsync();

    /// <summary>Nothing listens any more; what it has applied stays.</summary>
    public async Task KillAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app!.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _following;
        await KillAsync();
        _end.Dispose();
    }

    private async Task FollowAsync()
    {
        try
        {
            await foreach (var batch in _log.FollowAsync(() => _applied, _end.Token))
            {
                while (Partitioned)
                    await Task.Delay(10, _end.Token);
                _applied = batch.Lost ? await _log.TailAsync() : batch.Changes[^1].Id;
            }
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
        }
    }

    private async Task HealthAsync(HttpContext context)
    {
        if (Silent)
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        if (context.Request.Host.Value != "health.cirrus.invalid")
            context.Response.StatusCode = 404;
        else
            await WriteAsync(context, Ready ? 200 : 503);
    }

    private async Task StatusAsync(HttpContext context)
    {
        Interlocked.Increment(ref StatusQuestions);
        if (Silent)
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        if (ChangeId.TryParse(context.Request.Query["after"], out var after))
        {
            var deadline = DateTime.UtcNow.AddSeconds(int.Parse(context.Request.Query["timeout"]!));
            while (_applied <= after && DateTime.UtcNow < deadline)
                await Task.Delay(2, context.RequestAborted);
        }
        await WriteAsync(context, 200);
    }

    private Task WriteAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new
        {
            node = id,
            version = "0.1.0",
            applied = _applied.ToString(),
            redis = "up",
            ready = Ready,
            domains = 0,
            workers = 1,
        });
    }
}

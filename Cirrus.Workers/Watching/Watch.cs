using Cirrus.Core.Redis;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Cirrus.Workers.Watching;

/// <summary>Of all instances the one that holds the lease watches the nodes; the others stand by.</summary>
internal sealed partial class Watch(
    IConnectionMultiplexer redis, NodeWatch nodes, IOptions<WatchOptions> options, TimeProvider time, ILogger<Watch> logger) : BackgroundService
{
    private const string LeaseName = "watch";
    private readonly ILogger _logger = logger;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var beat = options.Value.Lease / 3;
        using var timer = new PeriodicTimer(beat, time);
        // One for all tenures: a lease that Redis granted too late to be heard of is still ours.
        var lease = new Lease(redis, LeaseName, options.Value.Lease);
        while (!stoppingToken.IsCancellationRequested)
        {
            var tenure = new Tenure(lease, beat, time);
            try
            {
                if (await tenure.BeatAsync() == true)
                    await ServeAsync(tenure, timer, stoppingToken);
                else
                    await timer.WaitForNextTickAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    // While Redis is away it goes on probing: nobody else can take over meanwhile, and afterwards the lease decides.
    private async Task ServeAsync(Tenure tenure, PeriodicTimer timer, CancellationToken stoppingToken)
    {
        LogBegun();
        using var term = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var work = nodes.RunAsync(tenure, term.Token);
        try
        {
            while (!work.IsCompleted && await timer.WaitForNextTickAsync(stoppingToken) && await tenure.BeatAsync() != false)
            {
            }
        }
        finally
        {
            await term.CancelAsync();
            await EndAsync(tenure, work, term.Token);
        }
    }

    private async Task EndAsync(Tenure tenure, Task work, CancellationToken ended)
    {
        try
        {
            await work;
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            LogFailed(e);
        }
        if (!await tenure.TryReleaseAsync())
            LogNotReleased();
        LogEnded();
    }

    [LoggerMessage(LogLevel.Information, "This instance watches the nodes")]
    private partial void LogBegun();

    [LoggerMessage(LogLevel.Information, "This instance no longer watches the nodes")]
    private partial void LogEnded();

    [LoggerMessage(LogLevel.Error, "The watch failed and begins anew")]
    private partial void LogFailed(Exception e);

    [LoggerMessage(LogLevel.Warning, "The watch could not be given up; another instance takes over when the lease has run out")]
    private partial void LogNotReleased();
}

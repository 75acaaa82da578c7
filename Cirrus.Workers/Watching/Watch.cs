using Cirrus.Core.Redis;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Cirrus.Workers.Watching;

/// <summary>All instances probe and vote; of all the one that holds the lease decides, and keeps the receipts.</summary>
internal sealed partial class Watch(
    IConnectionMultiplexer redis, NodeWatch nodes, IOptions<WatchOptions> options, TimeProvider time, ILogger<Watch> logger) : BackgroundService
{
    private const string LeaseName = "watch";
    private readonly ILogger _logger = logger;
    private readonly TimeSpan _beat = options.Value.Lease / 3;

    // One for all terms: a lease that Redis granted too late to be heard of is still ours.
    private readonly Lease _lease = new(redis, LeaseName, options.Value.Lease);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(_beat, time);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (await BeatAsync() == true)
                    await ServeAsync(timer, stoppingToken);
                else
                    await timer.WaitForNextTickAsync(stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    // While Redis is away it stays: nobody else can take over meanwhile, and afterwards the lease decides.
    private async Task ServeAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        LogBegun();
        using var term = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var work = nodes.RunAsync(_lease, term.Token);
        try
        {
            while (!work.IsCompleted && await timer.WaitForNextTickAsync(stoppingToken) && await BeatAsync() != false)
            {
            }
        }
        finally
        {
            await term.CancelAsync();
            await EndAsync(work, term.Token);
        }
    }

    private async Task EndAsync(Task work, CancellationToken ended)
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
        if (!await TryReleaseAsync())
            LogNotReleased();
        LogEnded();
    }

    // True: held; false: another has it; null: Redis does not say.
    private async Task<bool?> BeatAsync()
    {
        try
        {
            return await _lease.HoldAsync().WaitAsync(_beat, time);
        }
        catch (Exception e) when (e.IsRedisAway())
        {
            return null;
        }
    }

    // Lets another instance take over at once; false when Redis did not hear of it.
    private async Task<bool> TryReleaseAsync()
    {
        try
        {
            await _lease.ReleaseAsync().WaitAsync(_beat, time);
            return true;
        }
        catch (Exception e) when (e.IsRedisAway())
        {
            return false;
        }
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

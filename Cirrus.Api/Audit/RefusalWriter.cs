using Cirrus.Core.Audit;
using Cirrus.Core.Redis;

namespace Cirrus.Api.Audit;

/// <summary>Writes the audit entries of refused attempts, one after the other; while Redis is away they wait.</summary>
internal sealed partial class RefusalWriter(
    RefusalTrail refusals, RefusalQuota quota, AuditTrail trail, TimeProvider time, ILogger<RefusalWriter> logger) : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(3);

    private readonly ILogger _logger = logger;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await WriteRestAsync().WaitAsync(LastWords, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException || e.IsRedisAway())
        {
            LogLost(e.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var someWait = refusals.Waiting.WaitToReadAsync(stoppingToken).AsTask();
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAny(someWait, Task.Delay(Tick, time, stoppingToken));
            while (!stoppingToken.IsCancellationRequested && refusals.Waiting.TryPeek(out var next))
            {
                await WriteAsync(next, stoppingToken);
                refusals.Waiting.TryRead(out _);
            }
            foreach (var left in quota.Due(time.GetUtcNow()))
                await WriteAsync(left, stoppingToken);
            if (someWait.IsCompleted)
                someWait = refusals.Waiting.WaitToReadAsync(stoppingToken).AsTask();
        }
    }

    private Task WriteAsync(Refusal refusal, CancellationToken stopping) => RedisAway.InsistAsync(
        () => trail.RefuseAsync(refusal.Actor, refusal.Action, refusal.Key, refusal.Reason), Tick, time, LogWaiting, stopping);

    private async Task WriteRestAsync()
    {
        while (refusals.Waiting.TryRead(out var next))
            await trail.RefuseAsync(next.Actor, next.Action, next.Key, next.Reason);
        foreach (var left in quota.Due(time.GetUtcNow(), all: true))
            await trail.RefuseAsync(left.Actor, left.Action, left.Key, left.Reason);
    }

    [LoggerMessage(LogLevel.Warning, "Refused attempts can't be noted in the audit trail, trying again: {Reason}")]
    private partial void LogWaiting(string reason);

    [LoggerMessage(LogLevel.Warning, "The last refused attempts are missing in the audit trail: {Reason}")]
    private partial void LogLost(string reason);
}

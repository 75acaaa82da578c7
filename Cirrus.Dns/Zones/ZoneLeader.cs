using Cirrus.Core.Redis;
using Cirrus.Core.Zones;
using StackExchange.Redis;

namespace Cirrus.Dns.Zones;

/// <summary>Keeps the lead or tries to take it, and while another has it, follows its serials.</summary>
internal sealed partial class ZoneLeader(
    IConnectionMultiplexer redis, Leadership leadership, ZoneLine line, ILogger<ZoneLeader> logger) : BackgroundService
{
    private static readonly TimeSpan Prolong = ZoneStore.LeadsFor / 3;

    // The bell wakes us at once; this is for one that was lost, and for a leader that ended.
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    private readonly ILogger _logger = logger;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var bell = await Bell.ListenAsync(redis, RedisKeys.ZoneBell);
        try
        {
            // The lead is kept also while a long zone is built or signed.
            await Task.WhenAll(KeepAsync(bell, stoppingToken), LookAsync(bell, stoppingToken));
        }
        finally
        {
            await ReleaseAsync();
        }
    }

    private async Task KeepAsync(Bell bell, CancellationToken cancellation)
    {
        while (true)
        {
            var led = leadership.IsHeld;
            await TryAsync(leadership.TryAsync);
            if (leadership.IsHeld && !led)
                bell.Ring();
            await Task.Delay(leadership.IsHeld ? Prolong : Look, cancellation);
        }
    }

    private async Task LookAsync(Bell bell, CancellationToken cancellation)
    {
        while (true)
        {
            await TryAsync(line.LookAsync);
            await bell.WaitAsync(leadership.IsHeld ? Prolong : Look, cancellation);
        }
    }

    private async Task TryAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (e.IsRedisAway())
        {
            LogUnknown(e.Message);
        }
    }

    private async Task ReleaseAsync()
    {
        if (!leadership.IsHeld)
            return;
        try
        {
            await leadership.Lease.ReleaseAsync();
            // Whoever stands by need not find out by looking.
            await redis.GetSubscriber().PublishAsync(RedisChannel.Literal(RedisKeys.ZoneBell), "");
        }
        catch (Exception e) when (e.IsRedisAway())
        {
            LogUnknown(e.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Who leads stays unknown, Redis does not answer: {Reason}")]
    private partial void LogUnknown(string reason);
}

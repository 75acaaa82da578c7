using System.Security.Cryptography;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Workers.Access;

/// <summary>Sees to it that there is a secret that edges know each other by. It is made once, and again when Redis has lost it.</summary>
internal sealed partial class PeerSecret(IConnectionMultiplexer redis, TimeProvider time, ILogger<PeerSecret> logger) : BackgroundService
{
    // One look at one key; edges without a secret go on, past the shield.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = logger;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                if (await EnsureAsync())
                    LogMade();
            }
            catch (Exception e) when (e.IsRedisAway())
            {
                LogAway(e.Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>True when there was none; of several instances one makes it.</summary>
    private Task<bool> EnsureAsync() => redis.GetDatabase().StringSetAsync(
        RedisKeys.PeerSecret, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)), when: When.NotExists);

    [LoggerMessage(LogLevel.Information, "Made the secret that edges know each other by")]
    private partial void LogMade();

    [LoggerMessage(LogLevel.Debug, "The edges' secret could not be looked at, trying again: {Reason}")]
    private partial void LogAway(string reason);
}

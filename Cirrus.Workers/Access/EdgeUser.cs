using Cirrus.Core.Redis;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Cirrus.Workers.Access;

/// <summary>Sees to it that every Redis server knows the edges' user: a server that restarts has forgotten it.</summary>
internal sealed partial class EdgeUser(
    IConnectionMultiplexer redis, IOptions<EdgeUserOptions> options, TimeProvider time, ILogger<EdgeUser> logger) : BackgroundService
{
    // A safety net; a restarted server is noticed by its new connection.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    private readonly ILogger _logger = logger;
    private bool _refused;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.RedisPassword.Length == 0)
            return;
        using var restored = new SemaphoreSlim(0);
        void OnRestored(object? sender, ConnectionFailedEventArgs e) => restored.Release();

        redis.ConnectionRestored += OnRestored;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await EnsureAsync();
                await restored.WaitAsync(Interval, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        finally
        {
            redis.ConnectionRestored -= OnRestored;
        }
    }

    /// <summary>Makes the user, or makes it again, at every server that can be reached.</summary>
    public async Task EnsureAsync()
    {
        var arguments = EdgeAcl.SetUser(options.Value.RedisUser, options.Value.RedisPassword);
        // Replicas too: users are not replicated, and an edge may read a replica.
        foreach (var server in redis.GetServers().Where(s => s.IsConnected))
        {
            try
            {
                await server.ExecuteAsync("ACL", arguments).WaitAsync(Interval, time);
                _refused = false;
            }
            catch (RedisServerException e)
            {
                // A managed Redis keeps its users elsewhere: said once, and left to the operator.
                if (!_refused)
                    LogRefused(options.Value.RedisUser, e.Message);
                _refused = true;
            }
            catch (Exception e) when (e.IsRedisAway())
            {
                LogNotMade(options.Value.RedisUser, e.Message);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Redis refuses to make the user {User}, which edges log in as; make it by hand: {Reason}")]
    private partial void LogRefused(string user, string reason);

    [LoggerMessage(LogLevel.Warning, "The Redis user {User} could not be made, trying again: {Reason}")]
    private partial void LogNotMade(string user, string reason);
}

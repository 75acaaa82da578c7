using System.Collections.Concurrent;
using Cirrus.Core.Acme;
using Cirrus.Core.Redis;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Cirrus.Workers.Acme;

/// <summary>Takes domains for which something is due from the queue, some at once.</summary>
internal sealed partial class IssuanceQueue(
    IConnectionMultiplexer redis, AcmeStatusStore statuses, AuthorityStore records, Authorities authorities, CertificateIssuer issuer,
    IOptions<AcmeOptions> options, TimeProvider time, ILogger<IssuanceQueue> logger) : BackgroundService
{
    // A bell lost with a connection, or a moment that another worker brought forward, is noticed by then.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);

    private readonly ILogger _logger = logger;
    private readonly Dictionary<string, Task> _running = new(StringComparer.Ordinal);

    // Whose lease another holds though it is due: its worker has died, or is about to begin.
    private readonly ConcurrentDictionary<string, DateTimeOffset> _passed = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!authorities.Any)
            LogOff();
        await using var bell = await Bell.ListenAsync(redis, RedisKeys.AcmeBell);
        var known = false;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                var pause = Longest;
                try
                {
                    if (!known)
                        await records.PutAllAsync([.. authorities.All.Select((a, i) => new AuthorityRecord(a.Name, i, a.Options.Directory!, a.Options.Limits))]);
                    known = true;
                    pause = await TakeAsync(bell, stoppingToken);
                }
                catch (Exception e) when (e.IsRedisAway())
                {
                    LogUnreadable(e.Message);
                    pause = TimeSpan.FromMilliseconds(500);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    // Whatever is wrong with one entry must not end the work for all of them, nor the process.
                    LogBroken(e);
                }
                await bell.WaitAsync(pause, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        finally
        {
            await Task.WhenAll(_running.Values);
        }
    }

    /// <summary>Begins as many as there is room for.</summary>
    /// <returns>When to look again, unless woken.</returns>
    private async Task<TimeSpan> TakeAsync(Bell bell, CancellationToken stop)
    {
        foreach (var (domain, _) in _running.Where(r => r.Value.IsCompleted))
            _running.Remove(domain);
        var now = time.GetUtcNow();
        foreach (var (domain, _) in _passed.Where(p => p.Value <= now))
            _passed.TryRemove(domain, out _);

        var room = options.Value.Parallel - _running.Count;
        if (room == 0)
            return Longest;
        foreach (var domain in await statuses.DueAsync(now, room + _running.Count + _passed.Count))
        {
            if (room == 0)
                return Longest;
            if (_running.ContainsKey(domain) || _passed.ContainsKey(domain))
                continue;
            _running[domain] = RunAsync(domain, stop);
            _ = _running[domain].ContinueWith(_ => bell.Ring(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            room--;
        }
        if (room == 0)
            return Longest;
        var next = _passed.Values.Append(await statuses.NextDueAsync(now) ?? now + Longest).Min() - now;
        return next < Shortest ? Shortest : next < Longest ? next : Longest;
    }

    private async Task RunAsync(string domain, CancellationToken stop)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            if (!await issuer.RunAsync(domain, stop))
                Pass(domain, options.Value.Lease / 10);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        catch (Exception e) when (e.IsRedisAway())
        {
            LogInterrupted(domain, e.Message);
            Pass(domain, TimeSpan.FromSeconds(1));
        }
        catch (Exception e)
        {
            LogFailed(domain, e);
            Pass(domain, options.Value.Lease);
        }
    }

    private void Pass(string domain, TimeSpan pause) => _passed[domain] = time.GetUtcNow() + pause;

    [LoggerMessage(LogLevel.Information, "No authority is configured (Acme:Authorities), so no certificates are ordered")]
    private partial void LogOff();

    [LoggerMessage(LogLevel.Error, "The queue for certificates failed and begins anew")]
    private partial void LogBroken(Exception e);

    [LoggerMessage(LogLevel.Warning, "The queue for certificates can't be read, trying again: {Reason}")]
    private partial void LogUnreadable(string reason);

    [LoggerMessage(LogLevel.Warning, "Redis went away in the middle of the work for {Domain}; it goes on from what was written: {Reason}")]
    private partial void LogInterrupted(string domain, string reason);

    [LoggerMessage(LogLevel.Error, "The work for {Domain} failed")]
    private partial void LogFailed(string domain, Exception e);
}

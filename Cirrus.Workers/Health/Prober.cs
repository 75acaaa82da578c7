using System.Collections.Concurrent;
using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;
using Cirrus.Core.Redis;
using Cirrus.Workers.Receipts;
using Cirrus.Workers.Watching;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Cirrus.Workers.Health;

/// <summary>Probes every node in every instance of Workers, and casts the votes.</summary>
internal sealed partial class Prober(
    NodeFollower follower, ChangeLog log, AppliedLog applied, VoteStore votes, HealthProbe probe, ServedNames names, Findings findings,
    IOptions<HealthOptions> health, IOptions<WatchOptions> watch, TimeProvider time, ILogger<Prober> logger) : BackgroundService, INodeWork
{
    private readonly ILogger _logger = logger;
    private readonly TimeSpan _beat = watch.Value.Lease / 3;
    private readonly Ballot _ballot = new();
    private readonly Pulse _pulse = new(watch.Value.Lease / 3, time);
    private readonly RecentChanges _changes = new(time);
    private readonly ConcurrentDictionary<string, NodeProber> _probers = new(StringComparer.Ordinal);
    private readonly string _worker = $"{Environment.MachineName.ToLowerInvariant()}-{Guid.NewGuid().ToString("N")[..8]}";
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _version;

    public void Restart(ChangeId position)
    {
        _changes.Restart(position);
        _begun.TrySetResult();
    }

    public void See(IReadOnlyList<Change> changes)
    {
        _changes.Add(changes);
        foreach (var change in changes.Where(c => c.Type == ChangeTypes.NodeHealth))
        {
            if (_probers.TryGetValue(change.Key, out var prober))
                prober.See(Turn.From(change));
        }
    }

    public WatchedNode Start(NodeView view, CancellationToken cancellation)
    {
        if (view.Node.State == NodeState.Disabled)
        {
            _probers.TryRemove(view.Node.Id, out _);
            return new WatchedNode(view.Node, _logger, cancellation);
        }
        var sightings = new Sightings(view.Node.Id, applied, time);
        var prober = new NodeProber(
            view, probe, health.Value, log, _changes, sightings, _ballot, findings, _pulse, time, _logger);
        _probers[view.Node.Id] = prober;
        return new WatchedNode(view.Node, _logger, cancellation, prober.RunAsync);
    }

    public Task ForgetAsync(string id)
    {
        _probers.TryRemove(id, out _);
        return applied.ForgetNodeAsync(id);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var following = follower.RunAsync(this, end.Token);
        try
        {
            // Whoever does not know the nodes yet has no say.
            await Task.WhenAny(following, _begun.Task);
            var all = true;
            while (!following.IsCompleted)
            {
                all = !await TryCastAsync(all);
                if (!all || _pulse.Reachable is null)
                    await _ballot.NewsAsync(_beat, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
        finally
        {
            await end.CancelAsync();
            await following.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await TryWithdrawAsync();
        }
        if (!stoppingToken.IsCancellationRequested)
            await following;
    }

    // False: Redis has none of the votes, or nobody knows which.
    private async Task<bool> TryCastAsync(bool all)
    {
        try
        {
            var cast = await votes.CastAsync(_worker, ++_version, all ? _ballot.TakeAll() : _ballot.TakeChanged(), all, watch.Value.Lease)
                .WaitAsync(_beat, time);
            _pulse.Confirm();
            await names.LookAsync().WaitAsync(_beat, time);
            return cast;
        }
        catch (Exception e) when (e.IsRedisAway())
        {
            _pulse.Lose();
            LogNotCast(e.Message);
            return false;
        }
    }

    private async Task TryWithdrawAsync()
    {
        try
        {
            await votes.WithdrawAsync(_worker).WaitAsync(_beat, time);
        }
        catch (Exception e) when (e.IsRedisAway())
        {
            LogNotCast(e.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Votes could not be cast, trying again: {Reason}")]
    private partial void LogNotCast(string reason);
}

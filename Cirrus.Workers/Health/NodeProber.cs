using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;
using Cirrus.Core.Redis;
using Cirrus.Workers.Receipts;
using Cirrus.Workers.Watching;
using StackExchange.Redis;

namespace Cirrus.Workers.Health;

/// <summary>Probes one node for as long as it is watched, and keeps what Redis holds of its health in step with the decision.</summary>
internal sealed partial class NodeProber(
    NodeView known, HealthProbe probe, HealthOptions options, NodeStore nodes, ChangeLog log, RecentChanges changes,
    Sightings sightings, Tenure tenure, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan CatchUpPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan RecordAtLeastEach = TimeSpan.FromSeconds(5);

    private readonly Node _node = known.Node;
    private readonly ILogger _logger = logger;
    private HealthDecision _decision = new(known.Status.Health);
    private NodeHealth _stored = known.Status.Health;
    private (string Error, ChangeId Applied, string Version) _recorded;
    private long _recordedAt;
    private ChangeId _applied = known.Status.Applied;
    private string _version = known.Status.Version;

    /// <summary>Probes in a steady rhythm until cancelled: a slow answer does not put off the next probe.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        // New nodes at once; known ones spread over the interval, so that a thousand of them are not asked in one burst.
        if (_decision.Health != NodeHealth.Unknown)
            await Task.Delay(options.Interval * Random.Shared.NextDouble(), time, cancellation);
        while (true)
        {
            var began = time.GetTimestamp();
            await ProbeOnceAsync(cancellation);
            var rhythm = _decision.Health == NodeHealth.Unknown ? options.FirstInterval : options.Interval;
            var rest = rhythm - time.GetElapsedTime(began);
            if (rest > TimeSpan.Zero)
                await Task.Delay(rest, time, cancellation);
        }
    }

    /// <summary>One probe, one decision, and what follows from it.</summary>
    public async Task ProbeOnceAsync(CancellationToken cancellation)
    {
        var tail = _decision.Health == NodeHealth.Up ? null : await TryTailAsync();
        var result = await ProbeAsync(tail, cancellation);
        _applied = result.Applied ?? _applied;
        _version = result.Version.Length > 0 ? result.Version : _version;
        _decision = _decision.After(result, new LogStanding(tail, Waiting()), options);
        if (tenure.Reachable is null)
            return;
        try
        {
            await StoreAsync();
        }
        catch (Exception e) when (e.IsRedisAway() || e is LeaseLostException)
        {
            LogNotStored(_node.Id, e.Message);
        }
    }

    /// <summary>A disabled node is not watched, so when it is enabled again its health must be earned anew.</summary>
    public async Task RetireAsync(CancellationToken cancellation)
    {
        _decision = new HealthDecision(NodeHealth.Down, Error: "disabled");
        while (_stored == NodeHealth.Up)
        {
            try
            {
                await StoreAsync();
            }
            catch (Exception e) when (e.IsRedisAway() || e is LeaseLostException)
            {
                LogNotStored(_node.Id, e.Message);
                await Task.Delay(options.Interval, time, cancellation);
            }
        }
    }

    // One that only waits for the log's last changes gets the rest of the probe's time to apply them.
    private async Task<ProbeResult> ProbeAsync(ChangeId? tail, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var result = await probe.ProbeAsync(_node.Addresses, cancellation);
            if (!result.Answered || tail is null || result.Applied >= tail || time.GetElapsedTime(began) + CatchUpPause > options.Timeout)
                return result;
            await Task.Delay(CatchUpPause, time, cancellation);
        }
    }

    private async Task<ChangeId?> TryTailAsync()
    {
        if (tenure.Reachable is null)
            return null;
        try
        {
            return await log.TailAsync().WaitAsync(options.Timeout, time);
        }
        catch (Exception e) when (e.IsRedisAway())
        {
            return null;
        }
    }

    // Nobody can follow a log that can't be read: a change waits only while Redis answers.
    private TimeSpan Waiting()
    {
        var waiting = changes.Waiting(_applied);
        return tenure.Reachable is not { } reachable ? TimeSpan.Zero : waiting < reachable ? waiting : reachable;
    }

    private async Task StoreAsync()
    {
        var now = time.GetUtcNow();
        if (_decision.Health != _stored)
        {
            var change = await nodes.SetHealthAsync(_node.Id, _decision.Health, _decision.Error, now, tenure.Lease, _node.Addresses);
            _stored = _decision.Health;
            if (change is { } id)
                LogTurned(_node.Id, _stored, id, _decision.Error);
        }
        var record = (_decision.Error, _applied, _version);
        if (record != _recorded || time.GetElapsedTime(_recordedAt) >= RecordAtLeastEach)
        {
            await nodes.RecordProbeAsync(_node.Id, _decision.Error, _applied, _version, now, tenure.Lease);
            _recorded = record;
            _recordedAt = time.GetTimestamp();
        }
        await sightings.RecordAsync(_applied);
    }

    [LoggerMessage(LogLevel.Warning, "Node {Node} is {Health} (change {Change}) {Error}")]
    private partial void LogTurned(string node, NodeHealth health, ChangeId change, string error);

    [LoggerMessage(LogLevel.Warning, "What is known of node {Node} could not be stored, trying again with the next probe: {Reason}")]
    private partial void LogNotStored(string node, string reason);
}

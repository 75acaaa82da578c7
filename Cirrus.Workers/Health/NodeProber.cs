using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;
using Cirrus.Core.Redis;
using Cirrus.Workers.Receipts;
using Cirrus.Workers.Watching;
using StackExchange.Redis;

namespace Cirrus.Workers.Health;

/// <summary>Probes one node for as long as it is watched, and votes as the probes say.</summary>
internal sealed partial class NodeProber(
    NodeView known, HealthProbe probe, HealthOptions options, ChangeLog log, RecentChanges changes, Sightings sightings,
    Ballot ballot, Findings findings, Pulse pulse, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan CatchUpPause = TimeSpan.FromMilliseconds(50);

    private readonly Node _node = known.Node;
    private readonly string _subject = Vote.SubjectOf(known.Node);
    private readonly ILogger _logger = logger;
    private HealthDecision _decision = new(known.Status.Health);
    private Turn _turn = Turn.Of(known.Status);
    private Turn _news = Turn.Of(known.Status);
    private Finding _finding = new(known.Status.Applied, known.Status.Version, default, null, new ProbeTimes());

    /// <summary>Probes in a steady rhythm until cancelled: a slow answer does not put off the next probe.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        Cast(_turn);
        try
        {
            // New nodes at once; known ones spread over the interval, so that a thousand of them are not asked in one burst.
            if (_decision.Health != NodeHealth.Unknown)
                await Task.Delay(options.Interval * Random.Shared.NextDouble(), time, cancellation);
            while (true)
            {
                var began = time.GetTimestamp();
                await ProbeOnceAsync(cancellation);
                var rest = Rhythm.After(_decision, options, Random.Shared.NextDouble()) - time.GetElapsedTime(began);
                if (rest > TimeSpan.Zero)
                    await Task.Delay(rest, time, cancellation);
            }
        }
        finally
        {
            findings.TryRemove(_node.Id, out _);
            ballot.Remove(_node.Id);
        }
    }

    /// <summary>The node's health has turned.</summary>
    public void See(Turn turn) => Volatile.Write(ref _news, _news.Or(turn));

    /// <summary>One probe, one decision, and what follows from it.</summary>
    public async Task ProbeOnceAsync(CancellationToken cancellation)
    {
        var turn = Volatile.Read(ref _news);
        // A node that others see down has to earn this worker's vote anew, like theirs.
        if (turn != _turn && turn.Health == NodeHealth.Down && _decision.Health == NodeHealth.Up)
            _decision = new HealthDecision(NodeHealth.Unknown);
        _turn = turn;
        var strict = turn.Health != NodeHealth.Up;
        var tail = strict || _decision.Health != NodeHealth.Up ? await TryTailAsync() : null;
        var result = await ProbeAsync(tail, cancellation);
        _finding.Times.Add(result.Latency);
        _finding = _finding with
        {
            Applied = result.Applied ?? _finding.Applied,
            Version = result.Version.Length > 0 ? result.Version : _finding.Version,
            At = time.GetUtcNow(),
            Latency = result.Latency ?? _finding.Latency,
        };
        findings[_node.Id] = _finding;
        _decision = _decision.After(result, new LogStanding(tail, Waiting(), strict), options);
        Cast(turn);
        if (pulse.Reachable is not null)
            await RecordSightingAsync();
    }

    private void Cast(Turn turn) => ballot.Set(_node.Id, new Vote(_decision.Health, _decision.Error, turn.Change.ToString(), _subject));

    // One that only waits for the log's last changes gets the rest of the probe's time to apply them.
    private async Task<ProbeResult> ProbeAsync(ChangeId? tail, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var asked = time.GetTimestamp();
            var result = await probe.ProbeAsync(_node.Addresses, isWhole: tail is not null, cancellation);
            if (result.Answered)
                result = result with { Latency = time.GetElapsedTime(asked) };
            if (!result.Answered || tail is null || result.Applied >= tail || time.GetElapsedTime(began) + CatchUpPause > options.Timeout)
                return result;
            await Task.Delay(CatchUpPause, time, cancellation);
        }
    }

    private async Task<ChangeId?> TryTailAsync()
    {
        if (pulse.Reachable is null)
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
        var waiting = changes.Waiting(_finding.Applied);
        return pulse.Reachable is not { } reachable ? TimeSpan.Zero : waiting < reachable ? waiting : reachable;
    }

    // By every worker: the one that decides may be cut off from a node that the others see.
    private async Task RecordSightingAsync()
    {
        try
        {
            await sightings.RecordAsync(_finding.Applied);
        }
        catch (Exception e) when (e.IsRedisAway())
        {
            LogNotRecorded(_node.Id, e.Message);
        }
    }

    [LoggerMessage(LogLevel.Warning, "What node {Node} has applied could not be recorded, trying again with the next probe: {Reason}")]
    private partial void LogNotRecorded(string node, string reason);
}

using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;
using Cirrus.Core.Redis;
using Cirrus.Workers.Health;

namespace Cirrus.Workers.Watching;

/// <summary>One node before the judge: what is decided of it, and what Redis holds of that.</summary>
internal sealed partial class NodeCase(
    NodeView known, NodeStore nodes, HealthHistory history, Findings findings, Lease lease, HealthOptions options, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan RecordAtLeastEach = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LatencyEach = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Node _node = known.Node;
    private readonly ILogger _logger = logger;
    private Turn _turn = Turn.Of(known.Status);
    private bool _isSeenUp = known.Status.Health == NodeHealth.Up;
    private Flapping _flapping = known.Status.Flapping ?? Flapping.None;
    private (string Error, ChangeId Applied, string Version, Flapping Flapping)? _recorded;
    private long _recordedAt;
    private long _latencyAt = time.GetTimestamp();

    /// <summary>DNS may name it.</summary>
    public bool IsNamed => _node.State == NodeState.Active && _turn.Health == NodeHealth.Up;

    /// <summary>The node's health has turned; also by a write whose answer was lost.</summary>
    public void See(Turn turn)
    {
        lock (_lock)
            _turn = _turn.Or(turn);
    }

    /// <summary>Decides by the votes as they are, and keeps what Redis holds in step.</summary>
    /// <param name="isAnotherNamed">Without it, this one is held for nothing: the last node is never held.</param>
    public async Task JudgeAsync(IReadOnlyList<Voter> voters, bool isAnotherNamed)
    {
        var turn = _turn;
        if (_node.State == NodeState.Disabled)
        {
            await RetireAsync(turn);
            return;
        }
        var now = time.GetUtcNow();
        var verdict = Verdict.Of(_node, turn.Change, voters);
        Count(verdict, now);
        var isHeld = turn.Health == NodeHealth.Down && isAnotherNamed && FlapDamping.IsHeld(_flapping, now);
        var reason = isHeld && verdict.Health == NodeHealth.Up ? FlapDamping.Reason(_flapping) : verdict.Reason;
        if (verdict.Health is { } health && health != turn.Health && !(isHeld && health == NodeHealth.Up))
            await TurnAsync(health, verdict, now);
        await RecordAsync(reason);
        await NoteLatencyAsync();
    }

    // It is not watched, so when it is enabled again its health must be earned anew; nothing else is held against it.
    private async Task RetireAsync(Turn turn)
    {
        if (turn.Health == NodeHealth.Up)
        {
            var change = await nodes.SetHealthAsync(_node.Id, NodeHealth.Down, "disabled", time.GetUtcNow(), lease, _node.Addresses);
            Turned(change, NodeHealth.Down, "disabled");
        }
        if (_flapping != Flapping.None)
        {
            _flapping = Flapping.None;
            await nodes.RecordProbeAsync(
                _node.Id, "disabled", known.Status.Applied, known.Status.Version, time.GetUtcNow(), lease, flapping: _flapping);
        }
    }

    private void Count(Verdict verdict, DateTimeOffset now)
    {
        if (verdict.Health == NodeHealth.Down && _isSeenUp)
            _flapping = FlapDamping.AfterFall(_flapping, now, options);
        _isSeenUp = verdict.Health is { } health ? health == NodeHealth.Up : _isSeenUp;
    }

    private async Task TurnAsync(NodeHealth health, Verdict verdict, DateTimeOffset now)
    {
        var reason = health == NodeHealth.Down && FlapDamping.IsHeld(_flapping, now) && verdict.Reason.Length > 0
            ? $"{verdict.Reason}; {FlapDamping.Reason(_flapping)}"
            : verdict.Reason;
        var evidence = new HealthEvidence(verdict.Up, verdict.Down, verdict.Workers, findings.GetValueOrDefault(_node.Id)?.Latency);
        var change = await nodes.SetHealthAsync(_node.Id, health, reason, now, lease, _node.Addresses, evidence);
        Turned(change, health, reason);
    }

    private void Turned(ChangeId? change, NodeHealth health, string reason)
    {
        if (change is not { } id)
            return;
        LogTurned(_node.Id, health, id, reason);
        See(new Turn(id, health));
    }

    private async Task RecordAsync(string error)
    {
        if (!findings.TryGetValue(_node.Id, out var finding))
            return;
        var record = (error, finding.Applied, finding.Version, _flapping);
        if (record == _recorded && time.GetElapsedTime(_recordedAt) < RecordAtLeastEach)
            return;
        await nodes.RecordProbeAsync(
            _node.Id, error, finding.Applied, finding.Version, finding.At, lease, finding.Latency, _flapping == Flapping.None ? null : _flapping);
        _recorded = record;
        _recordedAt = time.GetTimestamp();
    }

    private async Task NoteLatencyAsync()
    {
        if (time.GetElapsedTime(_latencyAt) < LatencyEach)
            return;
        _latencyAt = time.GetTimestamp();
        if (findings.GetValueOrDefault(_node.Id)?.Times.Take() is { } latency)
            await history.RecordAsync(_node.Id, latency, lease);
    }

    [LoggerMessage(LogLevel.Warning, "Node {Node} is {Health} (change {Change}) {Error}")]
    private partial void LogTurned(string node, NodeHealth health, ChangeId change, string error);
}

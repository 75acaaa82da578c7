using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;
using Cirrus.Core.Redis;
using Cirrus.Workers.Health;

namespace Cirrus.Workers.Watching;

/// <summary>One node before the judge: what is decided of it, and what Redis holds of that.</summary>
internal sealed partial class NodeCase(NodeView known, NodeStore nodes, Findings findings, Lease lease, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan RecordAtLeastEach = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Node _node = known.Node;
    private readonly ILogger _logger = logger;
    private Turn _turn = Turn.Of(known.Status);
    private (string Error, ChangeId Applied, string Version) _recorded;
    private long _recordedAt;

    /// <summary>The node's health has turned; also by a write whose answer was lost.</summary>
    public void See(Turn turn)
    {
        lock (_lock)
            _turn = _turn.Or(turn);
    }

    /// <summary>Decides by the votes as they are, and keeps what Redis holds in step.</summary>
    public async Task JudgeAsync(IReadOnlyList<Voter> voters)
    {
        var turn = _turn;
        if (_node.State == NodeState.Disabled)
        {
            // It is not watched, so when it is enabled again its health must be earned anew.
            if (turn.Health == NodeHealth.Up)
                await TurnAsync(new Verdict(NodeHealth.Down, "disabled"));
            return;
        }
        var verdict = Verdict.Of(_node, turn, voters);
        if (verdict.Health != turn.Health)
            await TurnAsync(verdict);
        await RecordAsync(verdict.Reason);
    }

    private async Task TurnAsync(Verdict verdict)
    {
        var change = await nodes.SetHealthAsync(_node.Id, verdict.Health, verdict.Reason, time.GetUtcNow(), lease, _node.Addresses);
        if (change is not { } id)
            return;
        LogTurned(_node.Id, verdict.Health, id, verdict.Reason);
        See(new Turn(id, verdict.Health));
    }

    private async Task RecordAsync(string error)
    {
        if (!findings.TryGetValue(_node.Id, out var finding))
            return;
        var record = (error, finding.Applied, finding.Version);
        if (record == _recorded && time.GetElapsedTime(_recordedAt) < RecordAtLeastEach)
            return;
        await nodes.RecordProbeAsync(_node.Id, error, finding.Applied, finding.Version, finding.At, lease);
        _recorded = record;
        _recordedAt = time.GetTimestamp();
    }

    [LoggerMessage(LogLevel.Warning, "Node {Node} is {Health} (change {Change}) {Error}")]
    private partial void LogTurned(string node, NodeHealth health, ChangeId change, string error);
}

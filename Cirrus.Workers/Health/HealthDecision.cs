using System.Globalization;
using Cirrus.Core.Changes;
using Cirrus.Core.Nodes;

namespace Cirrus.Workers.Health;

/// <summary>A node's health as one worker sees it, and what speaks against it: each probe gives the next one.</summary>
/// <param name="Health">Turns only after several probes in a row.</param>
/// <param name="Failures">Failed probes in a row.</param>
/// <param name="Successes">Successful probes in a row.</param>
/// <param name="Error">Why the last probe failed, or empty.</param>
internal sealed record HealthDecision(NodeHealth Health, int Failures = 0, int Successes = 0, string Error = "")
{
    /// <summary>
    /// A probe succeeds when the node answers and keeps up with the change log. One that is up may be behind for a moment; one that is not up
    /// yet must have applied all there was, or it would serve what was purged while it was away.
    /// </summary>
    public HealthDecision After(ProbeResult probe, LogStanding log, HealthOptions options)
    {
        if (!probe.Answered)
            return Failed(probe.Error, options);
        if (Health == NodeHealth.Up && !log.Strict)
            return log.Waiting > options.Lag ? Failed(Behind(log.Waiting), options) : Succeeded(options);
        // Without the log nobody can tell whether the node has caught up: neither for it nor against it.
        if (log.Tail is not { } tail)
            return this with { Error = "the change log can't be read" };
        var applied = probe.Applied ?? ChangeId.Zero;
        return applied < tail ? Failed($"behind the change log: applied {applied} of {tail}", options) : Succeeded(options);
    }

    private HealthDecision Failed(string error, HealthOptions options) => new(
        Failures + 1 >= options.FailuresToDown ? NodeHealth.Down : Health, Failures + 1, 0, error);

    private HealthDecision Succeeded(HealthOptions options) => new(
        Successes + 1 >= options.SuccessesToUp ? NodeHealth.Up : Health, 0, Successes + 1);

    private static string Behind(TimeSpan waiting) =>
        string.Create(CultureInfo.InvariantCulture, $"behind the change log by {waiting.TotalSeconds:0.0} s");
}

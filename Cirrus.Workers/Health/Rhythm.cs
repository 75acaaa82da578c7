using Cirrus.Core.Nodes;

namespace Cirrus.Workers.Health;

/// <summary>From the beginning of a probe to that of the next.</summary>
internal static class Rhythm
{
    private const double Jitter = 0.1;

    /// <summary>Sooner where something is about to be decided; never quite the same, so that probes of many nodes don't fall into step.</summary>
    /// <param name="random">From 0 to 1.</param>
    public static TimeSpan After(HealthDecision decision, HealthOptions options, double random)
    {
        var interval = decision switch
        {
            { Health: NodeHealth.Unknown } => options.FirstInterval,
            { Health: NodeHealth.Up, Failures: > 0 } => options.RetryInterval,
            _ => options.Interval,
        };
        return interval * (1 - Jitter + 2 * Jitter * random);
    }
}

using System.Collections.Concurrent;
using Cirrus.Core.Changes;

namespace Cirrus.Workers.Health;

/// <summary>What this worker's last probe of a node told besides whether it succeeded.</summary>
/// <param name="Latency">Of the last one that got a good answer.</param>
/// <param name="Times">Of all.</param>
internal sealed record Finding(ChangeId Applied, string Version, DateTimeOffset At, TimeSpan? Latency, ProbeTimes Times);

/// <summary>The last finding of each node.</summary>
internal sealed class Findings : ConcurrentDictionary<string, Finding>;

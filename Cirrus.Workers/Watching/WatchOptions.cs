using Cirrus.Core.Configuration;

namespace Cirrus.Workers.Watching;

/// <summary>Which of several instances watches the nodes. Section <c>Watch</c>.</summary>
public sealed class WatchOptions
{
    public const string Section = "Watch";

    /// <summary>How long after its last sign of life an instance is replaced; it gives one three times as often.</summary>
    [Duration("00:00:00.3", "00:05:00")]
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(3);
}

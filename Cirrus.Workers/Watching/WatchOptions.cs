using System.ComponentModel.DataAnnotations;

namespace Cirrus.Workers.Watching;

/// <summary>Which of several instances watches the nodes. Section <c>Watch</c>.</summary>
public sealed class WatchOptions
{
    public const string Section = "Watch";

    /// <summary>How long after its last sign of life an instance is replaced; it gives one three times as often.</summary>
    [Range(typeof(TimeSpan), "00:00:00.3", "00:05:00", ErrorMessage = "Watch:Lease must be between 300 ms and 5 minutes.")]
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(3);
}

using System.ComponentModel.DataAnnotations;
using Cirrus.Core.Configuration;

namespace Cirrus.Workers.Health;

/// <summary>When a node counts as up or down. Section <c>Health</c>.</summary>
public sealed class HealthOptions
{
    public const string Section = "Health";

    /// <summary>From the beginning of a probe to that of the next.</summary>
    [Duration("00:00:00.05", "00:05:00")]
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The same for a node whose health is not known yet.</summary>
    [Duration("00:00:00.01", "00:05:00")]
    public TimeSpan FirstInterval { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The same for a node that is up and did not answer as it should: whether it is down shows soon.</summary>
    [Duration("00:00:00.01", "00:05:00")]
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long an answer is waited for.</summary>
    [Duration("00:00:00.05", "00:01:00")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Failed probes in a row that turn a node down.</summary>
    [Range(1, 100, ErrorMessage = "Health:FailuresToDown must be between 1 and 100.")]
    public int FailuresToDown { get; init; } = 2;

    /// <summary>Successful probes in a row that turn a node up.</summary>
    [Range(1, 100, ErrorMessage = "Health:SuccessesToUp must be between 1 and 100.")]
    public int SuccessesToUp { get; init; } = 2;

    /// <summary>How long a change may wait to be applied by a node that is up.</summary>
    [Duration("00:00:00.1", "01:00:00")]
    public TimeSpan Lag { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>So many times a node may go down in a short time and come back at once.</summary>
    [Range(0, 50, ErrorMessage = "Health:FlapsFree must be between 0 and 50.")]
    public int FlapsFree { get; init; } = 2;

    /// <summary>After it, each time that a node went down counts half.</summary>
    [Duration("00:00:01", "1.00:00:00")]
    public TimeSpan FlapHalfLife { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a node that went down more often is held down at least; it doubles with each time. Zero: none is held.</summary>
    [Duration("00:00:00", "1.00:00:00")]
    public TimeSpan FirstHold { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>No node is held longer.</summary>
    [Duration("00:00:00", "1.00:00:00")]
    public TimeSpan LongestHold { get; init; } = TimeSpan.FromMinutes(10);
}

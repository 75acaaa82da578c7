using System.ComponentModel.DataAnnotations;
using Cirrus.Core.Configuration;

namespace Cirrus.Workers.Quarantining;

/// <summary>When a node that goes down again and again is taken out until somebody releases it. Section <c>Quarantine</c>.</summary>
public sealed class QuarantineOptions
{
    public const string Section = "Quarantine";

    /// <summary>So many times down take a node out; 0: none ever does.</summary>
    [Range(0, 100, ErrorMessage = "Quarantine:Downs must be between 0 and 100.")]
    public int Downs { get; init; }

    /// <summary>Within this time.</summary>
    [Duration("00:00:01", "1.00:00:00")]
    public TimeSpan Within { get; init; } = TimeSpan.FromMinutes(10);
}

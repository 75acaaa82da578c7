using System.ComponentModel.DataAnnotations;
using Cirrus.Core.Identities;

namespace Cirrus.Api.Identities;

/// <summary>How much guessing of passwords is let through: <see cref="LoginThrottle"/>.</summary>
internal sealed class LoginOptions
{
    public const string Section = "Login";

    /// <summary>Failures for one name from one address within the window.</summary>
    [Range(1, 1_000, ErrorMessage = "Login:FailuresPerPair is between 1 and 1000.")]
    public int FailuresPerPair { get; init; } = 10;

    /// <summary>Failures from one address within the window.</summary>
    [Range(1, 100_000, ErrorMessage = "Login:FailuresPerAddress is between 1 and 100000.")]
    public int FailuresPerAddress { get; init; } = 50;

    /// <summary>Failures for one name from anywhere within the window, before attempts from unknown addresses have to wait.</summary>
    [Range(1, 1_000, ErrorMessage = "Login:FailuresPerName is between 1 and 1000.")]
    public int FailuresPerName { get; init; } = 20;

    [Range(typeof(TimeSpan), "00:01:00", "1.00:00:00", ErrorMessage = "Login:Window is between 1 minute and 1 day.")]
    public TimeSpan Window { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>The first wait for a name; each further one is twice as long.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:15:00", ErrorMessage = "Login:FirstDelay is between 1 second and 15 minutes.")]
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>But not longer than this.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:15:00", ErrorMessage = "Login:LongestDelay is between 1 second and 15 minutes.")]
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>So long after a login its address stays known as the user's.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "365.00:00:00", ErrorMessage = "Login:Remembered is between 1 minute and 365 days.")]
    public TimeSpan Remembered { get; init; } = TimeSpan.FromDays(30);

    internal LoginLimits Limits => new(FailuresPerPair, FailuresPerAddress, FailuresPerName, Window, FirstDelay, LongestDelay, Remembered);
}

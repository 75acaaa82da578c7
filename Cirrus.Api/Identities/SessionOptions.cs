using System.ComponentModel.DataAnnotations;

namespace Cirrus.Api.Identities;

/// <summary>Sessions of users.</summary>
internal sealed class SessionOptions
{
    public const string Section = "Sessions";

    /// <summary>A session ends so long after its last request.</summary>
    [Range(typeof(TimeSpan), "00:05:00", "90.00:00:00", ErrorMessage = "Sessions:Lifetime is between 5 minutes and 90 days.")]
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Whether browsers may send the cookie by https only; unset: yes, but for development.</summary>
    public bool? SecureCookie { get; init; }
}

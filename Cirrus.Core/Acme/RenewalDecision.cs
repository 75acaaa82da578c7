using System.Globalization;

namespace Cirrus.Core.Acme;

/// <summary>When an authority suggests to renew a certificate (RFC 9773 section 4.2).</summary>
/// <param name="Explanation">A page for people that says why; null when there is none.</param>
/// <param name="NextCheck">When it wants to be asked again.</param>
public sealed record RenewalWindow(DateTimeOffset Start, DateTimeOffset End, Uri? Explanation, DateTimeOffset NextCheck);

/// <summary>When a certificate is renewed, and why then.</summary>
/// <param name="At">In the past: now.</param>
/// <param name="LookAgain">When to decide anew: at the renewal itself, or before it when the authority wants to be asked again.</param>
/// <param name="Reason">In words.</param>
public sealed record RenewalPlan(DateTimeOffset At, DateTimeOffset LookAgain, string Reason)
{
    public bool IsDue(DateTimeOffset now) => At <= now;
}

/// <summary>Decides when a certificate is renewed.</summary>
public static class RenewalDecision
{
    // A third of the lifetime is left for retries. Not all that were issued together are renewed together: some a tenth of it earlier.
    private const double LeftAtLast = 1.0 / 3;
    private const double Jitter = 1.0 / 10;

    /// <summary>A moment inside the window the authority suggests, else when about a third of the lifetime is left.</summary>
    /// <param name="certificate">What makes the moment one of its own: the id of the certificate, or its domain.</param>
    /// <param name="window">Null: the authority suggests none.</param>
    public static RenewalPlan Plan(string certificate, DateTimeOffset notBefore, DateTimeOffset notAfter, RenewalWindow? window)
    {
        var fraction = Spread.Of(certificate);
        // A window that is none, or opens when it is too late, is no suggestion.
        if (window is not null && window.Start < window.End && window.Start < notAfter)
        {
            var end = window.End < notAfter ? window.End : notAfter;
            var at = window.Start + ((end - window.Start) * fraction);
            return new RenewalPlan(
                at, at < window.NextCheck ? at : window.NextCheck,
                $"The authority suggests a renewal between {Words(window.Start)} and {Words(window.End)}; it is planned for {Words(at)}."
                + (window.Explanation is { } page ? $" See {page}." : ""));
        }
        var lifetime = notAfter - notBefore;
        var due = notAfter - (lifetime * (LeftAtLast + (Jitter * fraction)));
        return new RenewalPlan(due, due, $"The renewal is planned for {Words(due)}, when a good third of the certificate's lifetime is left.");
    }

    private static string Words(DateTimeOffset moment) => moment.UtcDateTime.ToString("u", CultureInfo.InvariantCulture);
}

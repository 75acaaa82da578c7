namespace Cirrus.Workers.Acme.Protocol;

/// <summary>When a CA wants a certificate to be renewed (RFC 9773 section 4.2).</summary>
/// <param name="Explanation">A page for people that says why.</param>
/// <param name="NextCheck">When to ask again.</param>
internal sealed record RenewalInfo(DateTimeOffset Start, DateTimeOffset End, Uri? Explanation, DateTimeOffset NextCheck)
{
    /// <summary>A moment of the window; <paramref name="fraction"/> is random, from 0 to 1, so that not all come at once.</summary>
    public DateTimeOffset At(double fraction) => Start + ((End - Start) * fraction);
}

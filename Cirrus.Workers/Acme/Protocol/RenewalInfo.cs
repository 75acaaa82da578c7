namespace Cirrus.Workers.Acme.Protocol;

/// <summary>When a CA wants a certificate to be renewed (RFC 9773 section 4.2).</summary>
/// <param name="Explanation">A page for people that says why.</param>
/// <param name="NextCheck">When to ask again.</param>
internal sealed record RenewalInfo(DateTimeOffset Start, DateTimeOffset End, Uri? Explanation, DateTimeOffset NextCheck)
{
    // RFC 9773 section 4.3.2 leaves limits to clients and suggests these.
    private static readonly TimeSpan Soonest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Latest = TimeSpan.FromDays(1);
    private static readonly TimeSpan Usual = TimeSpan.FromHours(6);

    /// <summary>When to ask again, as the CA wishes it within limits.</summary>
    public static DateTimeOffset CheckAgain(DateTimeOffset? retryAfter, DateTimeOffset now)
    {
        var wish = retryAfter - now ?? Usual;
        return now + (wish < Soonest ? Soonest : wish > Latest ? Latest : wish);
    }
}

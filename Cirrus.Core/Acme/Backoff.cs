using System.Globalization;

namespace Cirrus.Core.Acme;

/// <summary>What has to happen before another attempt can succeed.</summary>
public enum AcmeTrouble
{
    /// <summary>The customer makes a record. To look for it costs the authority nothing.</summary>
    Customer,

    /// <summary>Nothing: it may well pass by itself.</summary>
    Passing,

    /// <summary>Somebody changes something; the authority counts attempts meanwhile.</summary>
    Refused,

    /// <summary>The authority has named the moment.</summary>
    Limited,
}

/// <summary>When the next attempt is made after some have failed.</summary>
public static class Backoff
{
    private const double Jitter = 0.2;
    private static readonly TimeSpan Crowd = TimeSpan.FromHours(1);
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(2);

    /// <param name="failures">In a row, from 1.</param>
    /// <param name="retryAfter">When the authority allows it again; null when it did not say.</param>
    /// <param name="ends">When the certificate that is served ends: what can still be tried before is not put off beyond.</param>
    public static DateTimeOffset Next(
        AcmeTrouble trouble, int failures, string domain, DateTimeOffset now, DateTimeOffset? retryAfter = null, DateTimeOffset? ends = null)
    {
        var pause = trouble switch
        {
            AcmeTrouble.Customer => Growing(TimeSpan.FromSeconds(15), 2, failures, TimeSpan.FromMinutes(5)),
            AcmeTrouble.Passing => Growing(TimeSpan.FromSeconds(5), 2, failures, TimeSpan.FromMinutes(10)),
            AcmeTrouble.Refused => Growing(TimeSpan.FromMinutes(2), 4, failures, TimeSpan.FromHours(12)),
            _ => retryAfter is null ? TimeSpan.FromHours(1) : Least,
        };
        if (ends - now is { } left && left > TimeSpan.Zero && trouble is not AcmeTrouble.Limited && left / 4 < pause)
            pause = left / 4;
        var fraction = Spread.Of(string.Create(CultureInfo.InvariantCulture, $"{domain} {failures}"));
        pause = (pause > Least ? pause : Least) * (1 - Jitter + (2 * Jitter * fraction));
        var begin = retryAfter > now ? retryAfter.Value : now;
        return trouble is AcmeTrouble.Limited || begin > now + pause ? begin + (Least * fraction) : now + pause;
    }

    /// <summary>When an order that the limits left no room for is tried again: not all that wait at the same moment.</summary>
    /// <param name="room">When there is room for one.</param>
    public static DateTimeOffset WhenThereIsRoom(string domain, DateTimeOffset now, DateTimeOffset room)
    {
        var begin = room > now ? room : now + Least;
        return begin + (Crowd * Spread.Of(string.Create(CultureInfo.InvariantCulture, $"{domain} {begin.ToUnixTimeMilliseconds()}")));
    }

    private static TimeSpan Growing(TimeSpan first, double factor, int failures, TimeSpan most) =>
        TimeSpan.FromTicks((long)Math.Min(first.Ticks * Math.Pow(factor, failures - 1), most.Ticks));
}

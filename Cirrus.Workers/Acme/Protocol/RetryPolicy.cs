using System.Net;

namespace Cirrus.Workers.Acme.Protocol;

/// <summary>Whether a request that failed is sent again by the client itself, and when. Longer waits are left to whoever asked.</summary>
internal static class RetryPolicy
{
    public const int MostAttempts = 4;

    public static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <param name="status">Null when there was no answer.</param>
    /// <param name="repeatable">Sending it twice has the effect of sending it once.</param>
    /// <param name="attempt">How often it has been sent.</param>
    /// <returns>Null: not again.</returns>
    public static TimeSpan? Pause(HttpStatusCode? status, DateTimeOffset? retryAfter, bool repeatable, int attempt, DateTimeOffset now)
    {
        if (attempt >= MostAttempts)
            return null;
        return status switch
        {
            // A CA that names a moment has done nothing with the request.
            HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable when retryAfter is { } moment =>
                moment - now > LongestPause ? null : moment > now ? moment - now : TimeSpan.Zero,
            null or >= HttpStatusCode.InternalServerError when repeatable => TimeSpan.FromSeconds(1 << (attempt - 1)),
            _ => null,
        };
    }
}

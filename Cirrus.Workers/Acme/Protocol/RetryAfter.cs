using System.Net.Http.Headers;

namespace Cirrus.Workers.Acme.Protocol;

/// <summary>The header Retry-After (RFC 9110 section 10.2.3).</summary>
internal static class RetryAfter
{
    /// <summary>The moment it means, never one that has passed; null when there is none or it can't be read.</summary>
    public static DateTimeOffset? Moment(string? header, DateTimeOffset now)
    {
        if (!RetryConditionHeaderValue.TryParse(header, out var value))
            return null;
        var moment = value.Date ?? now + value.Delta!.Value;
        return moment > now ? moment : now;
    }
}

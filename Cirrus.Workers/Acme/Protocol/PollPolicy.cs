namespace Cirrus.Workers.Acme.Protocol;

/// <summary>How long to wait before a CA is asked again how far it is.</summary>
internal static class PollPolicy
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <param name="asked">How often it was asked.</param>
    /// <param name="left">Of the time there is.</param>
    /// <returns>Null when that would be too late.</returns>
    public static TimeSpan? Pause(DateTimeOffset? retryAfter, int asked, TimeSpan left, DateTimeOffset now)
    {
        if (left <= TimeSpan.Zero)
            return null;
        if (retryAfter is { } moment)
        {
            var wish = moment - now > First ? moment - now : First;
            return wish <= left ? wish : null;
        }
        var own = First * Math.Pow(1.5, Math.Min(asked - 1, 10));
        own = own < Longest ? own : Longest;
        return own < left ? own : left;
    }
}

namespace Cirrus.Api.Requests;

/// <summary>
/// How a write without a revision gets through beside others: each writer that came second tries again on what the first one wrote, after a
/// pause of random length, so that a crowd spreads out.
/// </summary>
internal static class WriteRounds
{
    // So many lost races in a row mean that something is wrong.
    private const int Most = 64;

    private const int LongestPauseMilliseconds = 50;

    /// <summary>The number of each attempt, from 0, each when its pause is over; whoever comes to the end has lost every race.</summary>
    public static async IAsyncEnumerable<int> AttemptsAsync()
    {
        for (var round = 0; round < Most; round++)
        {
            if (round > 0)
                await Task.Delay(Random.Shared.Next(LongestPauseMilliseconds));
            yield return round;
        }
    }
}

namespace Cirrus.Api.Requests;

/// <summary>
/// How a write without a revision gets through beside others: each writer that came second tries again on what the first one wrote, after a
/// pause of random length, so that a crowd spreads out.
/// </summary>
internal static class WriteRounds
{
    /// <summary>So many lost races in a row mean that something is wrong.</summary>
    public const int Most = 64;

    private const int LongestPauseMilliseconds = 50;

    public static Task PauseBeforeAsync(int round) =>
        round == 0 ? Task.CompletedTask : Task.Delay(Random.Shared.Next(LongestPauseMilliseconds));
}

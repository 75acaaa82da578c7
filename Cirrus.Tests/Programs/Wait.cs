using System.Diagnostics;

namespace Cirrus.Tests.Programs;

/// <summary>Waits for conditions with a deadline.</summary>
internal static class Wait
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Returns when the condition holds; fails with what it waited for when it does not within the time (30 s when none is given).</summary>
    /// <param name="pause">Between two looks; 20 ms when none is given.</param>
    public static async Task UntilAsync(string what, Func<Task<bool>> condition, TimeSpan? within = null, TimeSpan? pause = null)
    {
        var limit = within ?? TimeSpan.FromSeconds(30);
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            Assert.True(watch.Elapsed < limit, $"Waited {limit.TotalSeconds} s in vain: {what}");
            await Task.Delay(pause ?? Pause);
        }
    }

    public static Task UntilAsync(string what, Func<bool> condition, TimeSpan? within = null) =>
        UntilAsync(what, () => Task.FromResult(condition()), within);
}

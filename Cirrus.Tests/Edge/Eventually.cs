using System.Diagnostics;

namespace Cirrus.Tests.Edge;

internal static class Eventually
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    /// <summary>Waits until the condition holds; fails with <paramref name="what"/> when it does not in time.</summary>
    public static async Task HoldsAsync(Func<Task<bool>> condition, string what, TimeSpan? within = null)
    {
        var deadline = within ?? TimeSpan.FromSeconds(10);
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed > deadline)
                Assert.Fail($"Not within {deadline.TotalSeconds:0.#} s: {what}.");
            await Task.Delay(Step);
        }
    }
}

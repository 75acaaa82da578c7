namespace Cirrus.Tests.Programs;

/// <summary>Promises of time. Anything else that the machine does may break one once; what is too slow breaks it again.</summary>
internal static class Promise
{
    /// <summary>Fails when a round takes longer than was promised, and one of the two after it as well.</summary>
    public static async Task IsKeptAsync(TimeSpan promised, Func<Task<TimeSpan>> round)
    {
        var first = await round();
        for (var i = 0; i < 2 && first >= promised; i++)
        {
            var again = await round();
            Assert.True(
                again < promised, $"Promised within {promised.TotalSeconds} s, took {first.TotalSeconds:0.0} s and {again.TotalSeconds:0.0} s");
        }
    }
}

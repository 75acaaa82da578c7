using Cirrus.Core.Changes;
using Cirrus.Workers.Quarantining;

namespace Cirrus.Tests.Workers;

public sealed class FallsTests
{
    private const long Second = 1000;
    private readonly Falls _falls = new(new QuarantineOptions { Downs = 3, Within = TimeSpan.FromSeconds(60) });

    [Fact]
    public void A_node_that_goes_down_so_often_within_the_time_is_told_of_once()
    {
        Assert.Equal([false, false, true, false, false, true], Downs(0, 10, 59, 60, 70, 80));
    }

    [Fact]
    public void What_is_long_ago_or_of_another_node_or_not_down_does_not_count()
    {
        Assert.Equal([false, false, false, false], Downs(0, 10, 60, 75));
        Assert.False(Down("b", 76));
        Assert.False(_falls.Note(new Change(new(77 * Second, 0), ChangeTypes.NodeHealth, "a", """{"health":"up"}""")));
        Assert.False(_falls.Note(new Change(new(77 * Second, 0), ChangeTypes.NodePut, "a", "")));
        Assert.False(_falls.Note(new Change(new(77 * Second, 0), ChangeTypes.NodeDelete, "a", "")));
        Assert.False(Down("a", 78));
        Assert.False(Down("a", 79));
        Assert.True(Down("a", 80));
    }

    private IEnumerable<bool> Downs(params int[] seconds) => seconds.Select(s => Down("a", s));

    private bool Down(string node, int second) => _falls.Note(new Change(new(second * Second, 0), ChangeTypes.NodeHealth, node, """{"health":"down"}"""));
}

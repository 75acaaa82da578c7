using Cirrus.Dns.Transfers;
using Microsoft.Extensions.Time.Testing;

namespace Cirrus.Tests.Dns;

public sealed class RefusalLinesTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void So_many_get_a_line_and_those_beyond_are_told_once_in_the_next_span()
    {
        var lines = new RefusalLines(_time);

        Assert.Equal(RefusalLines.Most, Enumerable.Range(0, 25).Count(_ => lines.IsFor(out var without) && without == 0));
        _time.Advance(RefusalLines.Span);

        Assert.True(lines.IsFor(out var told));
        Assert.Equal(25 - RefusalLines.Most, told);
        Assert.True(lines.IsFor(out told));
        Assert.Equal(0, told);
    }

    [Fact]
    public void Few_get_a_line_each()
    {
        var lines = new RefusalLines(_time);

        for (var i = 0; i < 100; i++)
        {
            Assert.True(lines.IsFor(out var without));
            Assert.Equal(0, without);
            _time.Advance(RefusalLines.Span / 5);
        }
    }
}

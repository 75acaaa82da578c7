using Cirrus.Workers.Health;
using Microsoft.Extensions.Time.Testing;

namespace Cirrus.Tests.Workers;

public sealed class StaggeredStartTests
{
    [Fact]
    public void Addresses_begin_one_after_the_other_and_go_on()
    {
        var time = new FakeTimeProvider();
        var start = new StaggeredStart(TimeSpan.FromSeconds(1), time);
        string[] addresses = ["192.0.2.1", "192.0.2.2", "192.0.2.3"];
        int Begun() => addresses.Count(start.HasBegun);

        Assert.Equal(1, Begun());
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, Begun());
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(3, Begun());
        Assert.True(start.HasBegun("192.0.2.4"));
        Assert.False(start.HasBegun("192.0.2.5"));
    }
}

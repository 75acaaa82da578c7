using Cirrus.Workers.Health;
using Microsoft.Extensions.Time.Testing;

namespace Cirrus.Tests.Workers;

public sealed class SpreadTests
{
    [Fact]
    public void Addresses_begin_one_after_the_other_and_go_on()
    {
        var time = new FakeTimeProvider();
        var spread = new Spread(TimeSpan.FromSeconds(1), time);
        string[] addresses = ["192.0.2.1", "192.0.2.2", "192.0.2.3"];
        int Begun() => addresses.Count(spread.HasBegun);

        Assert.Equal(1, Begun());
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, Begun());
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(3, Begun());
        Assert.True(spread.HasBegun("192.0.2.4"));
        Assert.False(spread.HasBegun("192.0.2.5"));
    }
}

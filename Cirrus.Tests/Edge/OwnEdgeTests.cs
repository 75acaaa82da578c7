using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Edge;

/// <summary>Tests that break things: each has Redis, origin and edge of its own.</summary>
public abstract class OwnEdgeTests : IAsyncLifetime
{
    private protected EdgeFixture Fixture { get; } = new();

    private protected EdgeNode Edge => Fixture.Edge;

    private protected ControlPlane Control => Fixture.Control;

    private protected RedisServer Redis => Fixture.Redis;

    public Task InitializeAsync() => Fixture.InitializeAsync();

    public Task DisposeAsync() => Fixture.DisposeAsync();
}

using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Tests.Core;

public sealed class RedisAwayTests
{
    [Fact]
    public void What_the_client_throws_when_it_gives_up_a_connection_is_Redis_away()
    {
        Exception[] away =
        [
            new RedisConnectionException(ConnectionFailureType.SocketClosed, "gone"), new RedisTimeoutException("late", CommandStatus.Sent),
            new TaskCanceledException(), new ObjectDisposedException("pipe"), new IOException("reset"),
            new InvalidOperationException("Reading is not allowed after reader was completed.") { Source = "System.IO.Pipelines" },
        ];
        Assert.All(away, e => Assert.True(e.IsRedisAway(), e.GetType().Name));
    }

    [Fact]
    public void Our_own_cancellation_and_our_own_faults_are_not()
    {
        Assert.False(new OperationCanceledException(new CancellationToken(canceled: true)).IsRedisAway());
        Assert.False(new InvalidOperationException("ours") { Source = "Cirrus.Core" }.IsRedisAway());
    }
}

using StackExchange.Redis;

namespace Cirrus.Core.Redis;

/// <summary>Tells a Redis that can't be asked right now from a fault of our own.</summary>
public static class RedisAway
{
    /// <summary>
    /// True for what the client throws while a connection is lost or not yet made. Besides its own exceptions these are errors of its socket
    /// and pipe, and commands cancelled by nobody's token, which come through when it gives up a connection that hangs.
    /// </summary>
    public static bool IsRedisAway(this Exception exception) =>
        exception is RedisException or TimeoutException or IOException or ObjectDisposedException
        || exception is OperationCanceledException { CancellationToken.IsCancellationRequested: false }
        || (exception is InvalidOperationException
            && exception.Source is "System.IO.Pipelines" or "Pipelines.Sockets.Unofficial" or "StackExchange.Redis");
}

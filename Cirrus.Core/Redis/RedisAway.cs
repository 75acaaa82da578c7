using StackExchange.Redis;

namespace Cirrus.Core.Redis;

/// <summary>Tells a Redis that can't be asked right now from a fault of our own, and tries again.</summary>
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

    /// <summary>Does a piece of work, again and again while Redis is away.</summary>
    /// <param name="away">Told each time, why.</param>
    public static async Task<T> InsistAsync<T>(
        Func<Task<T>> work, TimeSpan pause, TimeProvider time, Action<string> away, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return await work();
            }
            catch (Exception e) when (e.IsRedisAway())
            {
                away(e.Message);
                await Task.Delay(pause, time, cancellation);
            }
        }
    }

    /// <summary>The same for work without a result.</summary>
    public static Task InsistAsync(Func<Task> work, TimeSpan pause, TimeProvider time, Action<string> away, CancellationToken cancellation) =>
        InsistAsync(
            async () =>
            {
                await work();
                return true;
            },
            pause, time, away, cancellation);
}

using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Core.Changes;

/// <summary>Wakes everyone who waits for a receipt when a node or secondary was seen to have applied something.</summary>
public sealed class AppliedBell
{
    // A bell lost with a connection delays a waiter by this much, no more.
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(500);

    private TaskCompletionSource _next = New();

    public AppliedBell(IConnectionMultiplexer redis) => redis.GetSubscriber().Subscribe(
        RedisChannel.Literal(RedisKeys.AppliedBell), (_, _) => Interlocked.Exchange(ref _next, New()).TrySetResult(), CommandFlags.FireAndForget);

    /// <summary>Completes at the next ring after this call, or after half a second.</summary>
    public Task NextRing() => Task.WhenAny(Volatile.Read(ref _next).Task, Task.Delay(Longest));

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

using StackExchange.Redis;

namespace Cirrus.Core.Redis;

/// <summary>A channel of Redis that wakes one who waits. A bell lost with a connection wakes nobody, so each wait has an end of its own.</summary>
public sealed class Bell : IAsyncDisposable
{
    private readonly ISubscriber _subscriber;
    private readonly RedisChannel _channel;

    // Not disposed: a late bell may still ring it.
    private readonly SemaphoreSlim _rung = new(0);

    private Bell(ISubscriber subscriber, string channel)
    {
        _subscriber = subscriber;
        _channel = RedisChannel.Literal(channel);
    }

    /// <summary>Listens from now on, and again whenever a lost connection is restored.</summary>
    public static async Task<Bell> ListenAsync(IConnectionMultiplexer redis, string channel)
    {
        var bell = new Bell(redis.GetSubscriber(), channel);
        await bell._subscriber.SubscribeAsync(bell._channel, bell.OnRung, CommandFlags.FireAndForget);
        return bell;
    }

    /// <summary>Wakes who waits in this process, or who waits next.</summary>
    public void Ring()
    {
        if (_rung.CurrentCount == 0)
            _rung.Release();
    }

    /// <summary>Until it rings, or has rung since the wait before.</summary>
    public Task WaitAsync(TimeSpan longest, CancellationToken cancellation) => _rung.WaitAsync(longest, cancellation);

    /// <summary>The same by a clock of the caller's.</summary>
    public async Task WaitAsync(TimeSpan longest, TimeProvider time, CancellationToken cancellation)
    {
        using var timer = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellation);
        await _rung.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
    }

    public ValueTask DisposeAsync() => new(_subscriber.UnsubscribeAsync(_channel, OnRung, CommandFlags.FireAndForget));

    private void OnRung(RedisChannel channel, RedisValue message) => Ring();
}

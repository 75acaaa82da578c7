using StackExchange.Redis;

namespace Cirrus.Core.Redis;

/// <summary>
/// A piece of work that one process at a time may do. Held with an owner token and a time to live, so a dead owner's work is picked up,
/// and nobody gives up or prolongs a lease that is no longer theirs.
/// </summary>
public sealed class Lease
{
    private readonly IDatabase _db;
    private readonly TimeSpan _timeToLive;

    public Lease(IConnectionMultiplexer redis, string name, TimeSpan timeToLive)
        : this(redis.GetDatabase(), RedisKeys.Lease(name), timeToLive)
    {
    }

    private Lease(IDatabase db, string key, TimeSpan timeToLive)
    {
        _db = db;
        _timeToLive = timeToLive;
        Key = key;
    }

    /// <summary>A lease with a key of its own.</summary>
    internal static Lease At(IConnectionMultiplexer redis, string key, TimeSpan timeToLive) => new(redis.GetDatabase(), key, timeToLive);

    internal string Key { get; }
    internal string Owner { get; } = Guid.NewGuid().ToString("N");

    /// <summary>That nobody else holds it; checked in the same step as the writes that depend on it.</summary>
    internal Condition IsHeld => Condition.StringEqual(Key, Owner);

    /// <summary>Takes the lease or prolongs it; false when another holds it. Call again well within the time to live.</summary>
    public async Task<bool> HoldAsync() =>
        await _db.LockTakeAsync(Key, Owner, _timeToLive) || await _db.LockExtendAsync(Key, Owner, _timeToLive);

    /// <summary>Gives it up, so that another need not wait for it to run out.</summary>
    public Task ReleaseAsync() => _db.LockReleaseAsync(Key, Owner);
}

/// <summary>A write was made under a lease that is no longer held; nothing was written.</summary>
public sealed class LeaseLostException() : Exception("The lease is no longer held.");

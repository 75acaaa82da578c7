using StackExchange.Redis;

namespace Cirrus.Core.Redis;

/// <summary>
/// A piece of work that one process at a time may do. Held with an owner token and a time to live, so a dead owner's work is picked up,
/// and nobody gives up or prolongs a lease that is no longer theirs.
/// </summary>
public sealed class Lease(IConnectionMultiplexer redis, string name, TimeSpan timeToLive)
{
    private readonly IDatabase _db = redis.GetDatabase();

    internal string Key { get; } = RedisKeys.Lease(name);
    internal string Owner { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Takes the lease or prolongs it; false when another holds it. Call again well within the time to live.</summary>
    public async Task<bool> HoldAsync() =>
        await _db.LockTakeAsync(Key, Owner, timeToLive) || await _db.LockExtendAsync(Key, Owner, timeToLive);

    /// <summary>Gives it up, so that another need not wait for it to run out.</summary>
    public Task ReleaseAsync() => _db.LockReleaseAsync(Key, Owner);
}

/// <summary>A write was made under a lease that is no longer held; nothing was written.</summary>
public sealed class LeaseLostException() : Exception("The lease is no longer held.");

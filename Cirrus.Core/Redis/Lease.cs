using StackExchange.Redis;

namespace Cirrus.Core.Redis;

/// <summary>
/// A piece of work that one process at a time may do. Held with an owner token and a time to live, so a dead owner's work is picked up,
/// and nobody gives up or prolongs a lease that is no longer theirs.
/// </summary>
public sealed class Lease(IConnectionMultiplexer redis, string name, TimeSpan timeToLive)
{
    private readonly IDatabase _db = redis.GetDatabase();
    private readonly string _key = RedisKeys.Lease(name);
    private readonly string _owner = Guid.NewGuid().ToString("N");

    /// <summary>Takes the lease or prolongs it; false when another holds it. Call again well within the time to live.</summary>
    public async Task<bool> HoldAsync() =>
        await _db.LockTakeAsync(_key, _owner, timeToLive) || await _db.LockExtendAsync(_key, _owner, timeToLive);

    /// <summary>Gives it up, so that another need not wait for it to run out.</summary>
    public Task ReleaseAsync() => _db.LockReleaseAsync(_key, _owner);
}

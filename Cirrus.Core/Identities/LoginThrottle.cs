using System.Net;
using System.Net.Sockets;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Core.Identities;

/// <summary>How many attempts to log in are let through; counted in Redis, so that replicas count together.</summary>
/// <param name="PerPair">Failures from one address for one name within <paramref name="Window"/>.</param>
/// <param name="PerAddress">Failures from one address for any names within <paramref name="Window"/>.</param>
/// <param name="PerName">Failures for one name from anywhere within <paramref name="Window"/>, after which each one makes the name wait.</param>
/// <param name="FirstDelay">The first such wait; each further one is twice as long.</param>
/// <param name="LongestDelay">But not longer than this.</param>
/// <param name="Remembered">How long an address that a user has logged in from stays known to be hers.</param>
public sealed record LoginLimits(
    int PerPair, int PerAddress, int PerName, TimeSpan Window, TimeSpan FirstDelay, TimeSpan LongestDelay, TimeSpan Remembered);

/// <summary>
/// Slows down who guesses passwords. An attempt counts as a failure before its password is looked at, so a crowd of attempts at once gains nothing;
/// success takes it back. The wait for a name, which strangers can cause, does not concern addresses that the user has logged in from lately: nobody
/// can lock a user out from elsewhere.
/// </summary>
public sealed class LoginThrottle(IConnectionMultiplexer redis)
{
    private static readonly Script Attempt = new("attempt_login.lua");
    private static readonly Script Succeed = new("succeed_login.lua");

    private readonly IDatabase _db = redis.GetDatabase();

    /// <summary>Counts an attempt.</summary>
    /// <returns>How long to wait instead of trying, or null: go on.</returns>
    public async Task<TimeSpan?> AttemptAsync(string name, IPAddress? address, LoginLimits limits)
    {
        var reply = await Attempt.RunAsync(_db, Keys(name, address),
        [
            limits.PerPair, limits.PerAddress, limits.PerName, (long)limits.Window.TotalMilliseconds, (long)limits.FirstDelay.TotalMilliseconds,
            (long)limits.LongestDelay.TotalMilliseconds,
        ]);
        return (long)reply[0] is > 0 and var wait ? TimeSpan.FromMilliseconds(wait) : null;
    }

    /// <summary>Takes an attempt back, as its password was right, and keeps in mind that the address is the user's.</summary>
    public Task SucceedAsync(string name, IPAddress? address, LoginLimits limits) =>
        Succeed.RunAsync(_db, Keys(name, address), [(long)limits.Remembered.TotalMilliseconds]);

    // Names are hashed: whatever a stranger typed is in no key.
    private static RedisKey[] Keys(string name, IPAddress? address)
    {
        var (who, where) = (Secret.Hash(name), ClientNetwork.Of(address));
        return
        [
            RedisKeys.Attempts($"pair:{who}:{where}"), RedisKeys.Attempts($"address:{where}"), RedisKeys.Attempts($"name:{who}"),
            RedisKeys.Attempts($"wait:{who}"), RedisKeys.Attempts($"known:{who}:{where}"),
        ];
    }
}

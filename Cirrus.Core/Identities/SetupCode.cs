using System.Globalization;
using System.Text.Json;
using Cirrus.Core.Audit;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Core.Identities;

/// <summary>What happened to an attempt to set Cirrus up.</summary>
public enum SetupOutcome
{
    Accepted,

    /// <summary>There is no code, or another.</summary>
    WrongCode,

    /// <summary>There are users already.</summary>
    Closed,
}

/// <summary>Who made the code that is valid, and when.</summary>
public sealed record SetupOrigin(string Machine, DateTimeOffset At);

/// <summary>
/// The one-time code by which the first admin is made where there is no master token: <c>cdn:setup</c>. All replicas share one; only its hash is kept.
/// </summary>
public sealed class SetupCode(IConnectionMultiplexer redis)
{
    private const string Hash = "hash";

    private static readonly Script Offer = new("offer_setup.lua");
    private static readonly Script Accepting = new(Accept.File, "accept_setup.lua");

    private readonly IDatabase _db = redis.GetDatabase();

    /// <summary>Makes this code the valid one if there is none.</summary>
    /// <returns>Whether it is now the valid one; else who made that, or null when there are users and nothing is to be set up.</returns>
    public async Task<(bool IsValid, SetupOrigin? Other)> OfferAsync(string code, string machine, DateTimeOffset now, TimeSpan lifetime)
    {
        var reply = await Offer.RunAsync(
            _db, [RedisKeys.Setup, RedisKeys.Users],
            [Secret.Hash(code), machine, now.ToUnixTimeMilliseconds(), (long)lifetime.TotalMilliseconds]);
        return (string?)reply[0] switch
        {
            "ok" => (true, null),
            "other" => (false, new SetupOrigin(
                (string)reply[1]!, DateTimeOffset.FromUnixTimeMilliseconds(long.Parse((string)reply[2]!, CultureInfo.InvariantCulture)))),
            _ => (false, null),
        };
    }

    /// <summary>Makes the first admin, and the code is used up.</summary>
    public async Task<SetupOutcome> AcceptAsync(string code, User admin, string passwordHash, Actor actor)
    {
        var reply = await Accepting.RunAsync(
            _db,
            Accept.Keys(RedisKeys.Setup, RedisKeys.Users, RedisKeys.User(admin.Name)),
            Accept.Arguments(
                actor, Secret.Hash(code), admin.Name, JsonSerializer.Serialize(admin, CoreJson.Default.User), (int)admin.Role, passwordHash, Secret.NewId()));
        return (string?)reply[0] switch { "ok" => SetupOutcome.Accepted, "wrong" => SetupOutcome.WrongCode, _ => SetupOutcome.Closed };
    }

    /// <summary>Whether a code would be accepted, so that nobody can have passwords hashed without it.</summary>
    /// <remarks>First the code: when it is used up, there are users.</remarks>
    public async Task<SetupOutcome> CheckAsync(string code) =>
        (string?)await _db.HashGetAsync(RedisKeys.Setup, Hash) == Secret.Hash(code) ? SetupOutcome.Accepted
        : await _db.KeyExistsAsync(RedisKeys.Users) ? SetupOutcome.Closed
        : SetupOutcome.WrongCode;
}

using System.Globalization;
using Cirrus.Core.Audit;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Core.Identities;

/// <summary>
/// Sessions of users: <c>cdn:session:{sha256}</c> with the user's name, the generation it belongs to and its end, and
/// <c>cdn:sessions:{user}</c>, the hashes of a user's sessions by their end. They outlive the API and are shared by its replicas.
/// </summary>
public sealed class SessionStore(IConnectionMultiplexer redis, TimeProvider time)
{
    // So often at most is the end of a session moved: reading must not become writing.
    private static readonly TimeSpan Granularity = TimeSpan.FromMinutes(1);

    private static readonly Script Open = new(Accept.File, "open_session.lua");
    private static readonly Script Close = new(Accept.File, "close_sessions.lua");
    private static readonly Script Prolong = new("prolong_session.lua");

    private readonly IDatabase _db = redis.GetDatabase();

    /// <summary>Starts a session for a user whose password was right just now.</summary>
    /// <param name="verified">As it was when the password was verified; when the password has changed since, nothing is opened.</param>
    /// <param name="rehashed">The password under newer parameters, or null.</param>
    /// <returns>The session's secret, kept nowhere, or null.</returns>
    public async Task<string?> OpenAsync(UserEntry verified, string? rehashed, TimeSpan lifetime, Actor actor)
    {
        var secret = Secret.New();
        var now = time.GetUtcNow();
        var name = verified.User.Name;
        var reply = await Open.RunAsync(
            _db,
            Accept.Keys(RedisKeys.Session(Secret.Hash(secret)), RedisKeys.Sessions(name), RedisKeys.User(name)),
            Accept.Arguments(
                actor, name, Secret.Hash(secret), verified.Generation, now.ToUnixTimeMilliseconds(), (now + lifetime).ToUnixTimeMilliseconds(),
                (long)lifetime.TotalMilliseconds, verified.PasswordHash, rehashed ?? ""));
        return (string?)reply[0] == "ok" ? secret : null;
    }

    /// <summary>The session of a secret, its end moved on; null when there is none, or its user is gone, or a change of the password has ended it.</summary>
    public async Task<Session?> FindAsync(string secret, TimeSpan lifetime)
    {
        var hash = Secret.Hash(secret);
        var session = (await _db.HashGetAllAsync(RedisKeys.Session(hash))).ToDictionary(f => (string)f.Name!, f => (string)f.Value!, StringComparer.Ordinal);
        if (session.Count == 0)
            return null;
        var user = UserStore.Read(await _db.HashGetAllAsync(RedisKeys.User(session["user"])));
        var now = time.GetUtcNow();
        var end = DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(session["expires"], CultureInfo.InvariantCulture));
        if (user is null || user.Generation != session["generation"] || end <= now)
            return null;

        var next = now + lifetime;
        var isDue = next - end >= Granularity;
        if (isDue)
        {
            end = next;
            await Prolong.RunAsync(
                _db, [RedisKeys.Session(hash), RedisKeys.Sessions(user.User.Name)], [hash, end.ToUnixTimeMilliseconds(), (long)lifetime.TotalMilliseconds]);
        }
        return new Session(hash, user.User, end, isDue);
    }

    /// <summary>Ends one session or, everywhere, all of its user.</summary>
    public Task CloseAsync(Session session, bool everywhere, Actor actor) => Close.RunAsync(
        _db,
        Accept.Keys(RedisKeys.Session(session.Hash), RedisKeys.Sessions(session.User.Name), RedisKeys.User(session.User.Name)),
        Accept.Arguments(actor, session.User.Name, session.Hash, everywhere, Secret.NewId(), RedisKeys.SessionPrefix));
}

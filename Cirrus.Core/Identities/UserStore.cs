using System.Globalization;
using System.Text.Json;
using Cirrus.Core.Audit;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Core.Identities;

/// <summary>
/// Reads and writes users: <c>cdn:user:{name}</c>, a hash of <c>document</c>, <c>password</c>, <c>generation</c> and <c>lastLogin</c>. Edges and
/// name servers need none of it, so a write is an audit entry but no change.
/// </summary>
public sealed class UserStore(IConnectionMultiplexer redis)
{
    internal const string Document = "document";
    internal const string Password = "password";
    internal const string Generation = "generation";
    internal const string LastLogin = "lastLogin";

    private static readonly Script Put = new(Accept.File, "former.lua", "put_user.lua");
    private static readonly Script Delete = new(Accept.File, "former.lua", "delete_user.lua");

    private readonly IDatabase _db = redis.GetDatabase();

    public async Task<UserEntry?> FindAsync(string name) => Read(await _db.HashGetAllAsync(RedisKeys.User(name)));

    /// <summary>All users in order of name.</summary>
    public async Task<IReadOnlyList<UserEntry>> ListAsync()
    {
        var names = await _db.SortedSetRangeByRankAsync(RedisKeys.Users);
        var found = await Task.WhenAll(names.Select(name => FindAsync(name!)));
        return [.. found.OfType<UserEntry>().OrderBy(u => u.User.Name, StringComparer.Ordinal)];
    }

    /// <summary>Writes a user whose <see cref="User.Revision"/> is one more than the stored one; 1 creates it.</summary>
    /// <param name="passwordHash">A new password, which ends all sessions; null: the stored one stays.</param>
    /// <param name="keepAnAdmin">Refuse to demote the last one.</param>
    public async Task<UserWrite> PutAsync(User user, string? passwordHash, bool keepAnAdmin, Actor actor, string action = "user-put")
    {
        var reply = await Put.RunAsync(
            _db,
            Accept.Keys(RedisKeys.User(user.Name), RedisKeys.Users, RedisKeys.Sessions(user.Name), RedisKeys.FormerUser(user.Name)),
            Accept.Arguments(
                actor, user.Name, JsonSerializer.Serialize(user, CoreJson.Default.User), user.Revision - 1, (int)user.Role, passwordHash ?? "",
                Secret.NewId(), (int)Role.Admin, keepAnAdmin, action, RedisKeys.SessionPrefix));
        return new UserWrite(Outcome(reply), reply.Length > 1 ? (int)reply[1] : 0);
    }

    /// <param name="expectedRevision">Null: any.</param>
    /// <param name="keepAnAdmin">Refuse to delete the last one.</param>
    public async Task<UserOutcome> DeleteAsync(string name, int? expectedRevision, bool keepAnAdmin, Actor actor) => Outcome(await Delete.RunAsync(
        _db,
        Accept.Keys(RedisKeys.User(name), RedisKeys.Users, RedisKeys.Sessions(name), RedisKeys.FormerUser(name)),
        Accept.Arguments(
            actor, name, expectedRevision is { } revision ? revision : RedisValue.EmptyString, (int)Role.Admin, keepAnAdmin, RedisKeys.SessionPrefix)));

    internal static UserEntry? Read(HashEntry[] fields)
    {
        if (fields.Length == 0)
            return null;
        var entry = fields.ToDictionary(f => (string)f.Name!, f => f.Value, StringComparer.Ordinal);
        return new UserEntry(
            JsonSerializer.Deserialize((string)entry[Document]!, CoreJson.Default.User)!, (string)entry[Password]!, (string)entry[Generation]!,
            entry.TryGetValue(LastLogin, out var at) ? DateTimeOffset.FromUnixTimeMilliseconds(long.Parse((string)at!, CultureInfo.InvariantCulture)) : null);
    }

    private static UserOutcome Outcome(RedisResult[] reply) => (string?)reply[0] switch
    {
        "ok" => UserOutcome.Accepted,
        "conflict" => UserOutcome.Conflict,
        "missing" => UserOutcome.Missing,
        "last" => UserOutcome.LastAdmin,
        var other => throw new InvalidOperationException($"A write script answered '{other}'."),
    };
}

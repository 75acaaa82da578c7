using System.Globalization;
using System.Text.Json;
using Cirrus.Core.Audit;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Core.Identities;

/// <summary>
/// Service tokens: <c>cdn:token:{sha256}</c>, a hash of <c>document</c> and <c>lastUsed</c>, and <c>cdn:tokens</c>, which hash belongs to which id.
/// </summary>
public sealed class TokenStore(IConnectionMultiplexer redis, TimeProvider time)
{
    private const string Document = "document";
    private const string LastUsed = "lastUsed";

    // So often at most is the last use written: reading must not become writing.
    private static readonly TimeSpan Granularity = TimeSpan.FromMinutes(1);

    private static readonly Script Put = new(Accept.File, "put_token.lua");
    private static readonly Script Delete = new(Accept.File, "delete_token.lua");
    private static readonly Script Used = new("use_token.lua");

    private readonly IDatabase _db = redis.GetDatabase();

    /// <summary>The token of a secret, expired or not, or null.</summary>
    public async Task<TokenEntry?> FindBySecretAsync(string secret) => Read(await _db.HashGetAllAsync(RedisKeys.Token(Secret.Hash(secret))));

    public async Task<TokenEntry?> FindAsync(string id) =>
        (string?)await _db.HashGetAsync(RedisKeys.Tokens, id) is { } hash ? Read(await _db.HashGetAllAsync(RedisKeys.Token(hash))) : null;

    /// <summary>All tokens in order of name, then age.</summary>
    public async Task<IReadOnlyList<TokenEntry>> ListAsync()
    {
        var hashes = await _db.HashValuesAsync(RedisKeys.Tokens);
        var found = await Task.WhenAll(hashes.Select(async hash => Read(await _db.HashGetAllAsync(RedisKeys.Token((string)hash!)))));
        return [.. found.OfType<TokenEntry>().OrderBy(t => t.Token.Name, StringComparer.Ordinal).ThenBy(t => t.Token.CreatedAt)];
    }

    public Task AddAsync(ServiceToken token, string secret, Actor actor) => Put.RunAsync(
        _db,
        Accept.Keys(RedisKeys.Token(Secret.Hash(secret)), RedisKeys.Tokens),
        Accept.Arguments(actor, token.Id, Secret.Hash(secret), JsonSerializer.Serialize(token, CoreJson.Default.ServiceToken)));

    /// <summary>False when there is no such token.</summary>
    public async Task<bool> DeleteAsync(string id, Actor actor) => (string?)(await Delete.RunAsync(
        _db, Accept.Keys(RedisKeys.Tokens), Accept.Arguments(actor, id, RedisKeys.TokenPrefix)))[0] == "ok";

    /// <summary>Notes that a token was used, without waiting for it.</summary>
    public void NoteUse(TokenEntry entry, string secret)
    {
        var now = time.GetUtcNow();
        if (entry.LastUsedAt is { } last && now - last < Granularity)
            return;
        Used.RunUnheard(_db, [RedisKeys.Token(Secret.Hash(secret))], [LastUsed, now.ToUnixTimeMilliseconds()]);
    }

    private static TokenEntry? Read(HashEntry[] fields)
    {
        if (fields.Length == 0)
            return null;
        var entry = fields.ToDictionary(f => (string)f.Name!, f => (string)f.Value!, StringComparer.Ordinal);
        return new TokenEntry(
            JsonSerializer.Deserialize(entry[Document], CoreJson.Default.ServiceToken)!,
            entry.TryGetValue(LastUsed, out var at) ? DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(at, CultureInfo.InvariantCulture)) : null);
    }
}

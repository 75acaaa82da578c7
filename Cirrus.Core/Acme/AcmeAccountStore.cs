using Cirrus.Core.Certificates;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Core.Acme;

/// <summary>An account at an authority.</summary>
/// <param name="KeyPem">PKCS #8.</param>
/// <param name="Url">Null until the authority has confirmed it: the key is kept before it is shown to anybody.</param>
public sealed record StoredAccount(string KeyPem, string? Url);

/// <summary>Keeps the accounts at the authorities.</summary>
public sealed class AcmeAccountStore(IConnectionMultiplexer redis, KeySealing sealing)
{
    private readonly IDatabase _db = redis.GetDatabase();

    /// <exception cref="SealedKeyException">Its key can't be opened.</exception>
    public async Task<StoredAccount?> FindAsync(string authority)
    {
        var place = RedisKeys.AcmeAccount(authority);
        var fields = await _db.HashGetAsync(place, ["key", "url"]);
        return fields[0].IsNull ? null : new StoredAccount(sealing.Open((string)fields[0]!, place), (string?)fields[1]);
    }

    /// <summary>Keeps a new key, unless another process was first.</summary>
    /// <returns>The account as it now is.</returns>
    public async Task<StoredAccount> AddKeyAsync(string authority, string keyPem)
    {
        var place = RedisKeys.AcmeAccount(authority);
        await _db.HashSetAsync(place, "key", sealing.Seal(keyPem, place), When.NotExists);
        return (await FindAsync(authority))!;
    }

    /// <summary>Keeps what the authority confirmed: the account's URL, and the key it now has.</summary>
    public Task PutAsync(string authority, StoredAccount account)
    {
        var place = RedisKeys.AcmeAccount(authority);
        return _db.HashSetAsync(place, [new("key", sealing.Seal(account.KeyPem, place)), new("url", account.Url)]);
    }

    /// <summary>Keeps the key that an account shall have next, unless there is one from an attempt before.</summary>
    /// <returns>PEM of the one that is kept.</returns>
    public async Task<string> AddNextKeyAsync(string authority, string keyPem)
    {
        var place = RedisKeys.AcmeAccount(authority);
        await _db.HashSetAsync(place, "nextKey", sealing.Seal(keyPem, place), When.NotExists);
        return sealing.Open((string)(await _db.HashGetAsync(place, "nextKey"))!, place);
    }

    /// <summary>The authority knows the account by its next key.</summary>
    public async Task PromoteNextKeyAsync(string authority, StoredAccount account)
    {
        var place = RedisKeys.AcmeAccount(authority);
        var write = _db.CreateTransaction();
        _ = write.HashSetAsync(place, [new("key", sealing.Seal(account.KeyPem, place)), new("url", account.Url)]);
        _ = write.HashDeleteAsync(place, "nextKey");
        await write.ExecuteAsync();
    }
}

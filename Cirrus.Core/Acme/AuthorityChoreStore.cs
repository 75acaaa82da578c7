using System.Text.Json;
using Cirrus.Core.Audit;
using Cirrus.Core.Certificates;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Core.Acme;

/// <summary>A certificate that is to be revoked; it may be gone from its domain already.</summary>
/// <param name="Authority">Who issued it; null: not known here, its own key speaks for it.</param>
/// <param name="KeyPem">Its private key.</param>
public sealed record Revocation(string Domain, string? Authority, string FullchainPem, string KeyPem, RevocationReason Reason, string RequestedBy)
{
    /// <summary>As it is kept, the key sealed.</summary>
    internal string ToJson(KeySealing sealing) =>
        JsonSerializer.Serialize(this with { KeyPem = sealing.Seal(KeyPem, RedisKeys.AcmeRevocations) }, CoreJson.Default.Revocation);
}

/// <summary>What operators ask of the authorities besides certificates: <c>cdn:acme:revocations</c>, <c>cdn:acme:rollovers</c>.</summary>
public sealed class AuthorityChoreStore(IConnectionMultiplexer redis, KeySealing sealing)
{
    private static readonly Script ChangeKey = new(Accept.File, "change_account_key.lua");
    private readonly IDatabase _db = redis.GetDatabase();

    /// <summary>By fingerprint, their keys as they are kept.</summary>
    public async Task<IReadOnlyDictionary<string, Revocation>> RevocationsAsync() =>
        (await _db.HashGetAllAsync(RedisKeys.AcmeRevocations)).ToDictionary(
            e => (string)e.Name!, e => JsonSerializer.Deserialize((string)e.Value!, CoreJson.Default.Revocation)!);

    /// <summary>The private key of one; it must not be logged.</summary>
    /// <exception cref="SealedKeyException">It can't be opened.</exception>
    public string OpenKey(Revocation revocation) => sealing.Open(revocation.KeyPem, RedisKeys.AcmeRevocations);

    public Task EndRevocationAsync(string fingerprint) => _db.HashDeleteAsync(RedisKeys.AcmeRevocations, fingerprint);

    /// <summary>Asks for a new key of the account at an authority.</summary>
    /// <returns>False: the workers have no such authority.</returns>
    public async Task<bool> RequestRolloverAsync(string authority, Actor actor)
    {
        var reply = await ChangeKey.RunAsync(
            _db, Accept.Keys(RedisKeys.AcmeRollovers, RedisKeys.AcmeAuthorities), Accept.Arguments(actor, authority, RedisKeys.AcmeBell));
        return (string?)reply[0] == "ok";
    }

    /// <summary>Names of the authorities.</summary>
    public async Task<IReadOnlyList<string>> RolloversAsync() => Array.ConvertAll(await _db.HashKeysAsync(RedisKeys.AcmeRollovers), n => (string)n!);

    public Task EndRolloverAsync(string authority) => _db.HashDeleteAsync(RedisKeys.AcmeRollovers, authority);
}

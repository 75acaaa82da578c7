using System.Text.Json;
using Cirrus.Core.Certificates;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Core.Acme;

/// <summary>A certificate that is to be revoked; it may be gone from its domain already.</summary>
/// <param name="Authority">Who issued it; null: not known here, its own key speaks for it.</param>
/// <param name="KeyPem">Its private key.</param>
/// <param name="Reason">RFC 5280 section 5.3.1: 0 unspecified, 1 key compromise, 3 affiliation changed, 4 superseded, 5 cessation of operation.</param>
public sealed record Revocation(string Domain, string? Authority, string FullchainPem, string KeyPem, int Reason, string RequestedBy);

/// <summary>What operators ask of the authorities besides certificates: <c>cdn:acme:revocations</c>, <c>cdn:acme:rollovers</c>.</summary>
public sealed class AuthorityChoreStore(IConnectionMultiplexer redis, KeySealing sealing)
{
    private readonly IDatabase _db = redis.GetDatabase();

    /// <summary>Asks for a revocation.</summary>
    /// <param name="fingerprint">Of the certificate; the same one is revoked once.</param>
    public async Task RequestRevocationAsync(string fingerprint, Revocation revocation)
    {
        var kept = revocation with { KeyPem = sealing.Seal(revocation.KeyPem, RedisKeys.AcmeRevocations) };
        await _db.HashSetAsync(RedisKeys.AcmeRevocations, fingerprint, JsonSerializer.Serialize(kept, CoreJson.Default.Revocation));
        await RingAsync();
    }

    /// <summary>By fingerprint. What was opened of them must not be logged.</summary>
    /// <exception cref="SealedKeyException">A key can't be opened.</exception>
    public async Task<IReadOnlyDictionary<string, Revocation>> RevocationsAsync() =>
        (await _db.HashGetAllAsync(RedisKeys.AcmeRevocations)).ToDictionary(e => (string)e.Name!, e => Open((string)e.Value!));

    public Task EndRevocationAsync(string fingerprint) => _db.HashDeleteAsync(RedisKeys.AcmeRevocations, fingerprint);

    /// <summary>Asks for a new key of the account at an authority.</summary>
    public async Task RequestRolloverAsync(string authority, string requestedBy)
    {
        await _db.HashSetAsync(RedisKeys.AcmeRollovers, authority, requestedBy);
        await RingAsync();
    }

    /// <summary>Names of the authorities.</summary>
    public async Task<IReadOnlyList<string>> RolloversAsync() => Array.ConvertAll(await _db.HashKeysAsync(RedisKeys.AcmeRollovers), n => (string)n!);

    public Task EndRolloverAsync(string authority) => _db.HashDeleteAsync(RedisKeys.AcmeRollovers, authority);

    private Revocation Open(string json)
    {
        var kept = JsonSerializer.Deserialize(json, CoreJson.Default.Revocation)!;
        return kept with { KeyPem = sealing.Open(kept.KeyPem, RedisKeys.AcmeRevocations) };
    }

    private Task<long> RingAsync() => _db.PublishAsync(RedisChannel.Literal(RedisKeys.AcmeBell), RedisValue.EmptyString);
}

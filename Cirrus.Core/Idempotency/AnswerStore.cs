using System.Text.Json;
using Cirrus.Core.Identities;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Core.Idempotency;

/// <summary>Keeps the answers to requests that carry an idempotency key (draft-ietf-httpapi-idempotency-key-header), per caller and key.</summary>
public sealed class AnswerStore(IConnectionMultiplexer redis)
{
    /// <summary>How long an answer is given again.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    private readonly IDatabase _db = redis.GetDatabase();

    /// <summary>Claims the key for a request.</summary>
    /// <returns>The claim; or what is there already, an answer or another's claim.</returns>
    public async Task<(AnswerClaim? Claim, StoredAnswer? Found)> ClaimAsync(string caller, string key, string fingerprint)
    {
        var hash = Secret.Hash($"{caller}\n{key}");
        var claim = new AnswerClaim(_db, hash, fingerprint);
        while (true)
        {
            if (await claim.TakeAsync())
            {
                if (await claim.LookBackAsync() is not { } other)
                    return (claim, null);
                await claim.ReleaseAsync();
                return (null, other);
            }
            // It may have run out between the two.
            if (await _db.StringGetAsync(RedisKeys.Idempotency(hash)) is { IsNull: false } json)
                return (null, JsonSerializer.Deserialize((string)json!, CoreJson.Default.StoredAnswer));
        }
    }
}

using System.Text.Json;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Core.Idempotency;

/// <summary>The right to answer the request of one idempotency key. Runs out by itself, so that a crash does not leave the key stuck.</summary>
public sealed class AnswerClaim
{
    /// <summary>Prolong it well within this time.</summary>
    public static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(30);

    private readonly IDatabase _db;
    private readonly RedisKey _place;
    private readonly StoredAnswer _open;
    private readonly RedisValue _mine;

    internal AnswerClaim(IDatabase db, RedisKey place, string fingerprint)
    {
        (_db, _place) = (db, place);
        _open = new StoredAnswer { Fingerprint = fingerprint, Owner = Guid.NewGuid().ToString("N") };
        _mine = JsonSerializer.Serialize(_open, CoreJson.Default.StoredAnswer);
    }

    internal Task<bool> TakeAsync() => _db.LockTakeAsync(_place, _mine, TimeToLive);

    /// <summary>False when it is no longer held.</summary>
    public Task<bool> ProlongAsync() => _db.LockExtendAsync(_place, _mine, TimeToLive);

    /// <summary>Gives it up: the next request of the key is carried out.</summary>
    public Task ReleaseAsync() => _db.LockReleaseAsync(_place, _mine);

    /// <summary>Puts the answer in the place of the claim.</summary>
    /// <param name="body">Null: too large to be kept.</param>
    /// <returns>False when the claim is no longer held; nothing was stored.</returns>
    public async Task<bool> StoreAsync(int status, IReadOnlyDictionary<string, string> headers, byte[]? body)
    {
        var answer = _open with { Status = status, Headers = headers, Body = body ?? [], WithoutBody = body is null };
        var step = _db.CreateTransaction();
        step.AddCondition(Condition.StringEqual(_place, _mine));
        _ = step.StringSetAsync(_place, JsonSerializer.Serialize(answer, CoreJson.Default.StoredAnswer), AnswerStore.Kept);
        return await step.ExecuteAsync();
    }
}

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
    private readonly RedisKey _writes;
    private readonly StoredAnswer _open;
    private readonly RedisValue _mine;

    internal AnswerClaim(IDatabase db, string hash, string fingerprint)
    {
        (_db, _place, _writes) = (db, RedisKeys.Idempotency(hash), RedisKeys.IdempotentWrites(hash));
        _open = new StoredAnswer { Fingerprint = fingerprint, Owner = Guid.NewGuid().ToString("N") };
        _mine = JsonSerializer.Serialize(_open, CoreJson.Default.StoredAnswer);
    }

    /// <summary>What the request has written already, when it was accepted before and never answered: it must not be carried out again.</summary>
    public IReadOnlyList<AcceptedWrite> Accepted { get; private set; } = [];

    /// <summary>What <c>accept.lua</c> takes off the end of its arguments.</summary>
    internal RedisValue[] Arguments => [(string)_place!, (string)_writes!, (long)AnswerStore.Kept.TotalSeconds, _mine];

    /// <summary>Whether a write was refused because the claim has run out; then nothing was written.</summary>
    public static bool IsLost(Exception exception) =>
        exception is RedisServerException && exception.Message.StartsWith("LOST ", StringComparison.Ordinal);

    internal Task<bool> TakeAsync() => _db.LockTakeAsync(_place, _mine, TimeToLive);

    /// <summary>Reads what was accepted before; another request's, when that was another under the same key.</summary>
    /// <remarks>With the claim in hand: nobody else can add to it any more.</remarks>
    internal async Task<StoredAnswer?> LookBackAsync()
    {
        (var earlier, Accepted) = AcceptedWrite.Read(await _db.ListRangeAsync(_writes));
        return earlier is null || earlier.Fingerprint == _open.Fingerprint ? null : earlier;
    }

    /// <summary>False when it is no longer held.</summary>
    public Task<bool> ProlongAsync() => _db.LockExtendAsync(_place, _mine, TimeToLive);

    /// <summary>Gives it up: the next request of the key is carried out, or told what this one has written.</summary>
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
        _ = step.KeyDeleteAsync(_writes);
        return await step.ExecuteAsync();
    }
}

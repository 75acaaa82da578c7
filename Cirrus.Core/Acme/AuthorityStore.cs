using System.Text.Json;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Core.Acme;

/// <summary>An authority as the workers' options have it, for those who show what is left of its limits.</summary>
/// <param name="Position">In the order of preference, from 0.</param>
public sealed record AuthorityRecord(string Name, int Position, Uri Directory, OrderLimits Limits);

/// <summary>How an authority has fared lately.</summary>
/// <param name="Failures">Failures of its own (no answer, or an error of its own) in a row.</param>
/// <param name="FailedAt">When the last was.</param>
/// <param name="Error">What it was, in words.</param>
public sealed record AuthorityStanding(int Failures, DateTimeOffset FailedAt, string Error)
{
    public static readonly AuthorityStanding Good = new(0, default, "");
}

/// <summary>What is left at one authority.</summary>
public sealed record AuthorityBudget(AuthorityRecord Authority, AuthorityStanding Standing, IReadOnlyList<HeadRoom> HeadRoom);

/// <summary>Keeps which authorities there are and how they fare: <c>cdn:acme:authorities</c>, <c>cdn:acme:standing</c>.</summary>
public sealed class AuthorityStore(IConnectionMultiplexer redis)
{
    private readonly IDatabase _db = redis.GetDatabase();

    /// <summary>Puts the configured authorities in place of those there were.</summary>
    public async Task PutAllAsync(IReadOnlyList<AuthorityRecord> authorities)
    {
        var write = _db.CreateTransaction();
        _ = write.KeyDeleteAsync(RedisKeys.AcmeAuthorities);
        if (authorities.Count > 0)
        {
            _ = write.HashSetAsync(RedisKeys.AcmeAuthorities,
                [.. authorities.Select(a => new HashEntry(a.Name, JsonSerializer.Serialize(a, CoreJson.Default.AuthorityRecord)))]);
        }
        await write.ExecuteAsync();
    }

    /// <summary>All, the preferred one first.</summary>
    public async Task<IReadOnlyList<AuthorityRecord>> ListAsync() =>
    [
        .. (await _db.HashGetAllAsync(RedisKeys.AcmeAuthorities))
            .Select(e => JsonSerializer.Deserialize((string)e.Value!, CoreJson.Default.AuthorityRecord)!).OrderBy(a => a.Position),
    ];

    public async Task<AuthorityStanding> StandingAsync(string authority) =>
        await _db.HashGetAsync(RedisKeys.AcmeStanding, authority) is { IsNull: false } json
            ? JsonSerializer.Deserialize((string)json!, CoreJson.Default.AuthorityStanding)! : AuthorityStanding.Good;

    public Task FailedAsync(string authority, AuthorityStanding standing) => _db.HashSetAsync(
        RedisKeys.AcmeStanding, authority, JsonSerializer.Serialize(standing, CoreJson.Default.AuthorityStanding));

    public Task WorksAsync(string authority) => _db.HashDeleteAsync(RedisKeys.AcmeStanding, authority);

    /// <summary>What is left at each, for <c>GET /certificates/budget</c>.</summary>
    /// <param name="most">Rows of each besides that of the account.</param>
    public async Task<IReadOnlyList<AuthorityBudget>> BudgetsAsync(DateTimeOffset now, int most = 100) => await Task.WhenAll(
        (await ListAsync()).Select(a => BudgetAsync(a, now, most)));

    private async Task<AuthorityBudget> BudgetAsync(AuthorityRecord authority, DateTimeOffset now, int most)
    {
        using var ledger = new OrderLedger(redis, authority.Name, authority.Limits);
        return new AuthorityBudget(authority, await StandingAsync(authority.Name), await ledger.HeadRoomAsync(now, most));
    }
}

using System.Text.Json;
using Cirrus.Core.Audit;
using Cirrus.Core.Changes;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Core.Warming;

/// <summary>An accepted warm list; kept for <see cref="WarmStore.Kept"/>.</summary>
/// <param name="Id">Its change id.</param>
/// <param name="Urls">Absolute URLs, or paths with query.</param>
/// <param name="By">The actor, as in the audit trail.</param>
public sealed record WarmRecord(ChangeId Id, string Domain, IReadOnlyList<string> Urls, DateTimeOffset At, string By);

/// <summary>Accepts lists of URLs that every edge is to fetch into its cache.</summary>
public sealed class WarmStore(IConnectionMultiplexer redis)
{
    /// <summary>How long a record is kept; nodes remember their part as long.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    private static readonly Script Add = new(Accept.File, "warm.lua");
    private readonly IDatabase _db = redis.GetDatabase();

    /// <summary>Accepts a list; <see cref="WriteOutcome.Missing"/> when the domain does not exist.</summary>
    public async Task<WriteResult> AddAsync(string domain, IReadOnlyList<string> urls, Actor actor, DateTimeOffset at)
    {
        var reply = await Add.RunAsync(
            _db,
            Accept.Keys(RedisKeys.Domain(domain)),
            Accept.Arguments(
                actor, domain, JsonSerializer.Serialize(urls, CoreJson.Default.IReadOnlyListString), at.ToUnixTimeMilliseconds(),
                RedisKeys.WarmPrefix, (long)Kept.TotalSeconds));
        return (string?)reply[0] == "ok"
            ? new WriteResult(WriteOutcome.Accepted, ChangeId.Parse((string)reply[1]!))
            : new WriteResult(WriteOutcome.Missing, default);
    }

    /// <summary>A list, or null when there was none of that id, or it is no longer kept.</summary>
    public async Task<WarmRecord?> FindAsync(ChangeId id)
    {
        var fields = (await _db.HashGetAllAsync(RedisKeys.Warm(id.ToString()))).ToDictionary(e => (string)e.Name!, e => e.Value);
        if (fields.Count == 0)
            return null;
        var urls = JsonSerializer.Deserialize((string)fields["urls"]!, CoreJson.Default.IReadOnlyListString)!;
        return new WarmRecord(id, (string)fields["domain"]!, urls, DateTimeOffset.FromUnixTimeMilliseconds((long)fields["at"]), fields["actor"].ToString());
    }
}

using Cirrus.Core.Changes;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Core.Audit;

/// <summary>Reads the audit trail, and adds what was refused; what is accepted gets its entry from the script that accepts it.</summary>
public sealed class AuditTrail(IConnectionMultiplexer redis)
{
    /// <summary>How many entries one search looks at: a filter that matches nothing must not read the whole trail.</summary>
    public const int MostLookedAt = 10_000;

    private const int Batch = 500;

    private static readonly long LastMillisecond = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private static readonly Script Refuse = new(Accept.File, "refuse.lua");

    private readonly IDatabase _db = redis.GetDatabase();

    /// <summary>One entry, or null when the trail does not hold it.</summary>
    public async Task<AuditEntry?> FindAsync(ChangeId id)
    {
        var entries = await _db.StreamRangeAsync(RedisKeys.Audit, id.ToString(), id.ToString(), 1);
        return entries.Length == 0 ? null : AuditEntry.From(entries[0]);
    }

    /// <summary>Entries in the order of the search, as many as asked for or as were found among <see cref="MostLookedAt"/>.</summary>
    public async Task<AuditPage> SearchAsync(AuditSearch search, int limit, CancellationToken cancellation = default)
    {
        var found = new List<AuditEntry>();
        var position = search.Start;
        for (var looked = 0; ;)
        {
            cancellation.ThrowIfCancellationRequested();
            // One more than can be used tells whether there is a next page.
            var wanted = search.IsFilter ? Batch : limit - found.Count;
            var batch = await ReadAsync(search, position, wanted + 1);
            foreach (var entry in batch.Take(wanted))
            {
                if (found.Count == limit || looked == MostLookedAt)
                    return new AuditPage(found, position, looked);
                looked++;
                position = (string)entry.Id!;
                if (AuditEntry.From(entry) is var read && search.Matches(read))
                    found.Add(read);
            }
            if (batch.Length <= wanted)
                return new AuditPage(found, null, looked);
            if (found.Count == limit || looked == MostLookedAt)
                return new AuditPage(found, position, looked);
        }
    }

    /// <summary>Notes an attempt that changed nothing.</summary>
    /// <param name="action">Its method and route.</param>
    /// <param name="reason">Why it was refused; never anything from its body.</param>
    public Task RefuseAsync(Actor actor, string action, string key, string reason) =>
        // No write: it needs no claim, and is nothing that a retry would have to be told.
        Refuse.RunAsync(_db, Accept.Keys(), Accept.Arguments(actor with { Claim = null }, action, key, reason));

    private Task<StreamEntry[]> ReadAsync(AuditSearch search, string? position, int count)
    {
        var since = search.Since is { } earliest ? new ChangeId(Milliseconds(earliest), 0) : default(ChangeId?);
        var until = search.Until is { } end ? new ChangeId(Milliseconds(end), 0) : default(ChangeId?);
        var from = position is null ? default(ChangeId?) : ChangeId.Parse(position);
        // Of the position and a bound the one that leaves less.
        return search.OldestFirst
            ? _db.StreamRangeAsync(RedisKeys.Audit, from >= since || since is null ? After(from) : $"{since}", Before(until), count)
            : _db.StreamRangeAsync(RedisKeys.Audit, since is null ? "-" : $"{since}", Before(from < until || until is null ? from : until), count, Order.Descending);
    }

    private static string After(ChangeId? id) => id is null ? "-" : $"({id}";

    // Nothing is before 0-0, and Redis refuses to look there; no entry has that id either.
    private static string Before(ChangeId? id) => id is null ? "+" : id == ChangeId.Zero ? "0-0" : $"({id}";

    // Entries know milliseconds: a bound within one belongs to the next. Ids begin in 1970.
    private static long Milliseconds(DateTimeOffset at)
    {
        var whole = at.ToUnixTimeMilliseconds();
        var next = whole < LastMillisecond && at > DateTimeOffset.FromUnixTimeMilliseconds(whole) ? whole + 1 : whole;
        return Math.Max(0, next);
    }
}

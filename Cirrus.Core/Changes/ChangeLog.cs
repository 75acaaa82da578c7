using System.Runtime.CompilerServices;
using Cirrus.Core.Redis;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Cirrus.Core.Changes;

/// <summary>Changes in order, or the news that the position is lost and everything must be read again.</summary>
/// <param name="Changes">Oldest first; empty when <paramref name="Lost"/>.</param>
/// <param name="Lost">The log no longer holds what came after the position: resync, then go on from <see cref="ChangeLog.TailAsync"/>.</param>
public sealed record ChangeBatch(IReadOnlyList<Change> Changes, bool Lost);

/// <summary>Reads <c>cdn:events</c>. A reader keeps its own position, so one that was away catches up.</summary>
public sealed partial class ChangeLog(IConnectionMultiplexer redis, ILogger<ChangeLog> logger)
{
    private const int BatchSize = 1000;

    // The bell wakes readers at once; this is only for a bell that was lost with a connection.
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    private readonly IDatabase _db = redis.GetDatabase();
    private readonly ILogger _logger = logger;

    /// <summary>The id of the newest change ever, <see cref="ChangeId.Zero"/> when there was none.</summary>
    public async Task<ChangeId> TailAsync() => (await InfoAsync()).Tail;

    /// <summary>One change, or null when the log does not hold it.</summary>
    public async Task<Change?> FindAsync(ChangeId id)
    {
        var entries = await _db.StreamRangeAsync(RedisKeys.Events, id.ToString(), id.ToString(), 1);
        return entries.Length == 0 ? null : Change.From(entries[0]);
    }

    /// <summary>What came after a position, at most a thousand changes.</summary>
    public async Task<ChangeBatch> ReadAsync(ChangeId after)
    {
        // From the position itself on: while the log holds that, nothing after it was trimmed, or undone by a Redis that came back with less.
        var entries = await _db.StreamRangeAsync(RedisKeys.Events, after.ToString(), "+", BatchSize + 1);
        var changes = Array.ConvertAll(entries, Change.From);
        if (changes is [var first, .. var rest] && first.Id == after)
            return new ChangeBatch(rest, false);
        return await IsStartOrTailAsync(after) ? new ChangeBatch(changes, false) : new ChangeBatch([], true);
    }

    /// <summary>
    /// Yields batches for ever, each as soon as it is written. While Redis is away it waits and tries again;
    /// a lost position is yielded until the caller moves on through <paramref name="position"/>.
    /// </summary>
    /// <param name="position">Asked before each read: where the caller stands.</param>
    public async IAsyncEnumerable<ChangeBatch> FollowAsync(
        Func<ChangeId> position, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var bell = await Bell.ListenAsync(redis, RedisKeys.EventsBell);
        while (true)
        {
            var batch = await TryReadAsync(position());
            if (batch is { } news && (news.Lost || news.Changes.Count > 0))
                yield return news;
            else
                await bell.WaitAsync(Poll, cancellation);
            cancellation.ThrowIfCancellationRequested();
        }
    }

    private async Task<ChangeBatch?> TryReadAsync(ChangeId after)
    {
        try
        {
            return await ReadAsync(after);
        }
        catch (Exception e) when (e.IsRedisAway())
        {
            LogUnreadable(e.Message);
            return null;
        }
    }

    // The two positions that are right without an entry: before a log of which nothing was trimmed, and at the end of one trimmed to nothing.
    private async Task<bool> IsStartOrTailAsync(ChangeId position)
    {
        var (tail, trimmed) = await InfoAsync();
        return position == ChangeId.Zero ? !trimmed : position == tail;
    }

    private Task<StreamFacts> InfoAsync() => StreamFacts.ReadAsync(_db, RedisKeys.Events);

    [LoggerMessage(LogLevel.Warning, "The change log can't be read, trying again: {Reason}")]
    private partial void LogUnreadable(string reason);
}

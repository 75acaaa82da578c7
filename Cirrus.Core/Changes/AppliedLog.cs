using System.Globalization;
using Cirrus.Core.Nodes;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Core.Changes;

/// <summary>Who has applied what, and when it was seen: one stream for each node and each secondary (docs/redis.md).</summary>
public sealed class AppliedLog(IConnectionMultiplexer redis)
{
    private const int Kept = 10_000;
    private readonly IDatabase _db = redis.GetDatabase();

    public Task RecordNodeAsync(string id, ChangeId applied, DateTimeOffset at) => RecordAsync(RedisKeys.AppliedByNode(id), applied, at);

    public Task RecordSecondaryAsync(string name, ChangeId applied, DateTimeOffset at) =>
        RecordAsync(RedisKeys.AppliedBySecondary(name), applied, at);

    /// <summary>The same nodes with the newest change that each was ever seen to have applied; a probe tells of it only now and then.</summary>
    public async Task<IReadOnlyList<NodeView>> WithNewestAsync(IEnumerable<NodeView> nodes) => await Task.WhenAll(nodes.Select(async view =>
    {
        var newest = await _db.StreamRangeAsync(RedisKeys.AppliedByNode(view.Node.Id), count: 1, messageOrder: Order.Descending);
        return newest.Length == 0 ? view : view with { Status = view.Status with { Applied = ChangeId.Parse(newest[0].Id!) } };
    }));

    /// <summary>When a node was first seen to have applied a change, or null.</summary>
    public Task<DateTimeOffset?> NodeAppliedAtAsync(string id, ChangeId change) => FirstFromAsync(RedisKeys.AppliedByNode(id), change);

    /// <summary>When a secondary was first seen to serve a change, or null.</summary>
    public Task<DateTimeOffset?> SecondaryAppliedAtAsync(string name, ChangeId change) =>
        FirstFromAsync(RedisKeys.AppliedBySecondary(name), change);

    /// <summary>Removes what a last sighting left behind of a node that is deleted; one that exists keeps its receipts.</summary>
    public async Task ForgetNodeAsync(string id)
    {
        var change = _db.CreateTransaction();
        change.AddCondition(Condition.KeyNotExists(RedisKeys.Node(id)));
        _ = change.KeyDeleteAsync(RedisKeys.AppliedByNode(id));
        await change.ExecuteAsync();
    }

    private async Task RecordAsync(string key, ChangeId applied, DateTimeOffset at)
    {
        if (applied == ChangeId.Zero)
            return;
        try
        {
            await _db.StreamAddAsync(key, "at", at.ToUnixTimeMilliseconds(), applied.ToString(), Kept, useApproximateMaxLength: true);
        }
        catch (RedisServerException e) when (e.Message.Contains("equal or smaller", StringComparison.Ordinal))
        {
            // Another observer was first; the first sighting is the one that counts.
            return;
        }
        await _db.PublishAsync(RedisChannel.Literal(RedisKeys.AppliedBell), applied.ToString());
    }

    private async Task<DateTimeOffset?> FirstFromAsync(string key, ChangeId change)
    {
        var entries = await _db.StreamRangeAsync(key, change.ToString(), "+", 1);
        return entries.Length == 0
            ? null
            : DateTimeOffset.FromUnixTimeMilliseconds(long.Parse((string)entries[0]["at"]!, CultureInfo.InvariantCulture));
    }
}

using System.Text.Json;
using Cirrus.Core.Audit;
using Cirrus.Core.Changes;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Core.Nodes;

/// <summary>A node and what the workers saw of it.</summary>
public sealed record NodeView(Node Node, NodeStatus Status);

/// <summary>Reads and writes nodes, and what the workers see of them.</summary>
public sealed class NodeStore(IConnectionMultiplexer redis)
{
    private static readonly Script SetHealth = new("set_health.lua");
    private readonly IDatabase _db = redis.GetDatabase();
    private readonly DocumentWriter _writer = new(redis.GetDatabase());

    public async Task<NodeView?> FindAsync(string id)
    {
        var document = _db.StringGetAsync(RedisKeys.Node(id));
        var status = _db.HashGetAllAsync(RedisKeys.NodeStatus(id));
        return View(await document, await status);
    }

    /// <summary>All nodes in order of id.</summary>
    public async Task<IReadOnlyList<NodeView>> ListAsync()
    {
        var ids = await _db.SortedSetRangeByRankAsync(RedisKeys.Nodes);
        var views = await Task.WhenAll(ids.Select(id => FindAsync(id!)));
        return [.. views.OfType<NodeView>()];
    }

    /// <summary>Writes a node whose <see cref="Node.Revision"/> is one more than the stored one; 1 creates it.</summary>
    public Task<WriteResult> PutAsync(Node node, Actor actor) => _writer.PutAsync(
        Keys(node.Id), JsonSerializer.Serialize(node, CoreJson.Default.Node),
        node.Revision - 1, node.Revision, ChangeTypes.NodePut, actor);

    public Task<WriteResult> DeleteAsync(string id, Actor actor, int? expectedRevision = null) => _writer.DeleteAsync(
        Keys(id), [RedisKeys.NodeStatus(id), RedisKeys.AppliedByNode(id)], expectedRevision, ChangeTypes.NodeDelete, actor);

    /// <summary>Turns a node's health and appends the change; null when it already was so or the node is gone.</summary>
    /// <param name="under">Written only while this lease is held, checked where it is written; null: whoever asks.</param>
    /// <exception cref="LeaseLostException">The lease is another's by now.</exception>
    public async Task<ChangeId?> SetHealthAsync(string id, NodeHealth health, string error, DateTimeOffset at, Lease? under = null)
    {
        RedisKey[] keys = [RedisKeys.Node(id), RedisKeys.NodeStatus(id), RedisKeys.Events, .. under is null ? [] : new RedisKey[] { under.Key }];
        RedisValue[] arguments =
            [id, health == NodeHealth.Up ? "up" : "down", at.ToUnixTimeMilliseconds(), error, RedisKeys.EventsBell, under?.Owner ?? ""];
        var reply = await SetHealth.RunAsync(_db, keys, arguments);
        return (string?)reply[0] switch
        {
            "ok" => ChangeId.Parse((string)reply[1]!),
            "lost" => throw new LeaseLostException(),
            _ => null,
        };
    }

    /// <summary>Keeps the outcome of a probe that changed nothing of the node's health.</summary>
    /// <param name="under">Written only while this lease is held; null: whoever asks.</param>
    public async Task RecordProbeAsync(string id, string error, ChangeId applied, string version, DateTimeOffset at, Lease? under = null)
    {
        var change = _db.CreateTransaction();
        // A node deleted meanwhile must not leave a status behind.
        change.AddCondition(Condition.KeyExists(RedisKeys.Node(id)));
        if (under is not null)
            change.AddCondition(Condition.StringEqual(under.Key, under.Owner));
        _ = change.HashSetAsync(RedisKeys.NodeStatus(id),
        [
            new("error", error), new("applied", applied.ToString()), new("version", version),
            new("checked", at.ToUnixTimeMilliseconds()),
        ]);
        await change.ExecuteAsync();
    }

    private static DocumentKeys Keys(string id) => new(id, RedisKeys.Node(id), RedisKeys.NodeHistory(id), RedisKeys.Nodes, []);

    private static NodeView? View(RedisValue json, HashEntry[] status) => json.IsNull
        ? null
        : new NodeView(JsonSerializer.Deserialize((string)json!, CoreJson.Default.Node)!, NodeStatus.From(status));
}

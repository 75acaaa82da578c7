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
    private static readonly Script SetHealth = new(Accept.File, "set_health.lua");
    private static readonly Script Put = new(Accept.File, "claim_addresses.lua", "put_document.lua");
    private static readonly Script Delete = new(Accept.File, "release_addresses.lua", "delete_document.lua");

    // What is seen of a node is a change, but no entry of the audit trail.
    private static readonly Actor Prober = new("prober");

    private readonly IDatabase _db = redis.GetDatabase();

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

    /// <summary>
    /// Writes a node whose <see cref="Node.Revision"/> is one more than the stored one (1 creates it) and whose addresses no other node has.
    /// At a new address its health begins anew, so that DNS names it there once it was probed there, unless no other node is up.
    /// </summary>
    /// <param name="action">What the audit trail calls it.</param>
    public async Task<NodeWrite> PutAsync(Node node, Actor actor, string action = ChangeTypes.NodePut)
    {
        RedisKey[] keys = Accept.Keys(
            RedisKeys.Node(node.Id), RedisKeys.NodeHistory(node.Id), RedisKeys.Nodes, RedisKeys.NodeAddresses, RedisKeys.NodeStatus(node.Id));
        RedisValue[] arguments = Accept.Arguments(
            actor, node.Id, JsonSerializer.Serialize(node, CoreJson.Default.Node), node.Revision - 1, node.Revision, ChangeTypes.NodePut, action,
            RedisKeys.Node(""), RedisKeys.NodeStatus(""));
        var reply = await Put.RunAsync(_db, keys, arguments);
        if ((string?)reply[0] == "taken")
            return new NodeWrite(WriteOutcome.Conflict, default, new TakenAddress((string)reply[1]!, (string)reply[2]!));
        var written = DocumentWriter.Read(reply);
        return new NodeWrite(written.Outcome, written.Change, Revision: written.Revision);
    }

    public async Task<WriteResult> DeleteAsync(string id, Actor actor, int? expectedRevision = null)
    {
        RedisKey[] keys = Accept.Keys(
            RedisKeys.Node(id), RedisKeys.NodeHistory(id), RedisKeys.Nodes, RedisKeys.NodeStatus(id), RedisKeys.AppliedByNode(id),
            RedisKeys.NodeHealth(id), RedisKeys.NodeLatency(id), RedisKeys.NodeAddresses);
        RedisValue[] arguments = Accept.Arguments(
            actor, id, expectedRevision is { } revision ? revision : RedisValue.EmptyString, ChangeTypes.NodeDelete);
        return DocumentWriter.Read(await Delete.RunAsync(_db, keys, arguments));
    }

    /// <summary>Turns a node's health and appends the change; null when it already was so, or the node is gone or elsewhere.</summary>
    /// <param name="under">Written only while this lease is held, checked where it is written; null: whoever asks.</param>
    /// <param name="seenAt">The addresses that were probed: what was seen there says nothing of a node that has others by now. Null: whichever.</param>
    /// <param name="evidence">What the history of its health tells besides.</param>
    /// <exception cref="LeaseLostException">The lease is another's by now.</exception>
    public async Task<ChangeId?> SetHealthAsync(
        string id, NodeHealth health, string error, DateTimeOffset at, Lease? under = null, IReadOnlyList<string>? seenAt = null,
        HealthEvidence? evidence = null)
    {
        RedisKey[] keys = Accept.Keys(
            [RedisKeys.Node(id), RedisKeys.NodeStatus(id), RedisKeys.NodeHealth(id), .. under is null ? [] : new RedisKey[] { under.Key }]);
        RedisValue[] arguments = Accept.Arguments(
            Prober, id, health == NodeHealth.Up ? "up" : "down", at.ToUnixTimeMilliseconds(), error, under?.Owner ?? "", string.Join(' ', seenAt ?? []),
            Text(evidence?.Up), Text(evidence?.Down), Text(evidence?.Workers), evidence?.Latency is { } latency ? HealthHistory.Text(latency) : "");
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
    public async Task RecordProbeAsync(
        string id, string error, ChangeId applied, string version, DateTimeOffset at, Lease? under = null, TimeSpan? latency = null,
        Flapping? flapping = null)
    {
        var change = _db.CreateTransaction();
        // A node deleted meanwhile must not leave a status behind.
        change.AddCondition(Condition.KeyExists(RedisKeys.Node(id)));
        if (under is not null)
            change.AddCondition(under.IsHeld);
        _ = change.HashSetAsync(RedisKeys.NodeStatus(id),
        [
            new("error", error), new("applied", applied.ToString()), new("version", version), new("checked", at.ToUnixTimeMilliseconds()),
            .. NodeStatus.Fields(latency), .. NodeStatus.Fields(flapping),
        ]);
        await change.ExecuteAsync();
    }

    /// <summary>Keeps since when DNS has not named a node; null: it does.</summary>
    /// <param name="under">Written only while this lease is held.</param>
    public async Task RecordAbsenceAsync(string id, Absence? absence, Lease under)
    {
        var change = _db.CreateTransaction();
        change.AddCondition(Condition.KeyExists(RedisKeys.Node(id)));
        change.AddCondition(under.IsHeld);
        _ = change.HashDeleteAsync(RedisKeys.NodeStatus(id), ["unnamed", "unnamedTtl", "unnamedOver"]);
        if (absence is not null)
            _ = change.HashSetAsync(RedisKeys.NodeStatus(id), [new("unnamed", absence.Change.ToString()), new("unnamedTtl", absence.Ttl)]);
        if (absence is { Over: { } over })
            _ = change.HashSetAsync(RedisKeys.NodeStatus(id), "unnamedOver", over.ToUnixTimeMilliseconds());
        await change.ExecuteAsync();
    }

    private static RedisValue Text(int? number) => number is { } value ? value : RedisValue.EmptyString;

    private static NodeView? View(RedisValue json, HashEntry[] status) => json.IsNull
        ? null
        : new NodeView(JsonSerializer.Deserialize((string)json!, CoreJson.Default.Node)!, NodeStatus.From(status));
}

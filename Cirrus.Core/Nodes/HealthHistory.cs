using System.Globalization;
using Cirrus.Core.Changes;
using Cirrus.Core.Redis;
using StackExchange.Redis;

namespace Cirrus.Core.Nodes;

/// <summary>What a node's health was turned by.</summary>
/// <param name="Up">Living workers that saw it up.</param>
/// <param name="Down">Those that saw it down.</param>
/// <param name="Workers">All of them.</param>
/// <param name="Latency">How long its last successful probe took; null when there was none lately.</param>
public sealed record HealthEvidence(int Up, int Down, int Workers, TimeSpan? Latency);

/// <summary>A turn of a node's health.</summary>
/// <param name="Reason">What spoke against the node, or empty.</param>
/// <param name="Evidence">Null when it was turned without a vote.</param>
public sealed record HealthTurn(ChangeId Change, NodeHealth Health, string Reason, HealthEvidence? Evidence);

/// <summary>How long probes took over some time.</summary>
/// <param name="Probes">How many there were.</param>
/// <param name="Failed">Those without a good answer; the others are what the times are of.</param>
public sealed record ProbeLatency(int Probes, int Failed, TimeSpan Least, TimeSpan Median, TimeSpan Most);

/// <summary>Latencies noted at a time; the id is of the entry.</summary>
public sealed record LatencyEntry(ChangeId Id, ProbeLatency Latency);

/// <summary>What was seen of nodes so far; a node's history goes with it.</summary>
public sealed class HealthHistory(IConnectionMultiplexer redis)
{
    /// <summary>So many latencies are kept of a node, or a few more.</summary>
    public const int Latencies = 1440;

    private readonly IDatabase _db = redis.GetDatabase();

    /// <summary>Turns of a node's health, newest first.</summary>
    /// <param name="before">Only older ones than this; null: from the newest on.</param>
    /// <param name="since">Only from then on.</param>
    /// <param name="count">At most so many.</param>
    public async Task<IReadOnlyList<HealthTurn>> TurnsAsync(string node, ChangeId? before, DateTimeOffset since, int count) =>
        Array.ConvertAll(await ReadAsync(RedisKeys.NodeHealth(node), before, since, count), TurnOf);

    /// <summary>Latencies of a node's probes, newest first.</summary>
    public async Task<IReadOnlyList<LatencyEntry>> LatenciesAsync(string node, ChangeId? before, DateTimeOffset since, int count) =>
        Array.ConvertAll(await ReadAsync(RedisKeys.NodeLatency(node), before, since, count), e => new LatencyEntry(ChangeId.Parse(e.Id!), LatencyOf(e)));

    /// <summary>Notes latencies of a node that exists.</summary>
    /// <param name="under">Written only while this lease is held.</param>
    public async Task RecordAsync(string node, ProbeLatency latency, Lease under)
    {
        var change = _db.CreateTransaction();
        change.AddCondition(Condition.KeyExists(RedisKeys.Node(node)));
        change.AddCondition(under.IsHeld);
        _ = change.StreamAddAsync(
            RedisKeys.NodeLatency(node),
            [
                new("probes", latency.Probes), new("failed", latency.Failed), new("least", Text(latency.Least)),
                new("median", Text(latency.Median)), new("most", Text(latency.Most)),
            ],
            maxLength: Latencies, useApproximateMaxLength: true);
        await change.ExecuteAsync();
    }

    /// <summary>As milliseconds.</summary>
    internal static string Text(TimeSpan span) => span.TotalMilliseconds.ToString("0.###", CultureInfo.InvariantCulture);

    private Task<StreamEntry[]> ReadAsync(string key, ChangeId? before, DateTimeOffset since, int count)
    {
        RedisValue end = before is { } id ? $"({id}" : "+";
        return _db.StreamRangeAsync(key, Math.Max(since.ToUnixTimeMilliseconds(), 0), end, count, Order.Descending);
    }

    private static HealthTurn TurnOf(StreamEntry entry) => new(
        ChangeId.Parse(entry.Id!), NodeStatus.HealthOf(entry["health"]), entry["reason"]!,
        entry["workers"].HasValue && entry["workers"] != ""
            ? new HealthEvidence(
                (int)entry["up"], (int)entry["down"], (int)entry["workers"], entry["latency"] == "" ? null : TimeOf(entry["latency"]))
            : null);

    private static ProbeLatency LatencyOf(StreamEntry entry) => new(
        (int)entry["probes"], (int)entry["failed"], TimeOf(entry["least"]), TimeOf(entry["median"]), TimeOf(entry["most"]));

    private static TimeSpan TimeOf(RedisValue milliseconds) => TimeSpan.FromMilliseconds((double)milliseconds);
}

using System.Globalization;
using System.Text.Json.Serialization;
using Cirrus.Core.Changes;
using StackExchange.Redis;

namespace Cirrus.Core.Nodes;

/// <summary>What the workers saw of a node.</summary>
/// <param name="Health">Decided with hysteresis.</param>
/// <param name="Since">When the health last changed; null when never probed.</param>
/// <param name="Error">Why the last probe failed, or empty.</param>
/// <param name="Applied">The newest change the node said it had applied.</param>
/// <param name="Version">The node's software version, or empty.</param>
/// <param name="Checked">When it was last probed.</param>
/// <param name="Served">It has been up at least once.</param>
/// <param name="Latency">How long the last successful probe took.</param>
/// <param name="Flapping">How often it went down lately.</param>
/// <param name="Turn">The change that last turned the health, <see cref="ChangeId.Zero"/> when it never did.</param>
public sealed record NodeStatus(
    NodeHealth Health, DateTimeOffset? Since, string Error, ChangeId Applied, string Version, DateTimeOffset? Checked, bool Served,
    ChangeId Turn = default, TimeSpan? Latency = null, Flapping? Flapping = null)
{
    /// <summary>Since when DNS has not named it; null when it does, or nobody has noted it yet.</summary>
    public Absence? Absence { get; init; }

    public static readonly NodeStatus Unknown = new(NodeHealth.Unknown, null, "", ChangeId.Zero, "", null, false);

    /// <summary>By its word in Redis.</summary>
    public static NodeHealth HealthOf(string? word) =>
        word switch { "up" => NodeHealth.Up, "down" => NodeHealth.Down, _ => NodeHealth.Unknown };

    internal static NodeStatus From(HashEntry[] hash)
    {
        var fields = hash.ToDictionary(e => (string)e.Name!, e => (string)e.Value!);
        return new NodeStatus(
            HealthOf(fields.GetValueOrDefault("health")),
            Time(fields.GetValueOrDefault("since")),
            fields.GetValueOrDefault("error") ?? "",
            ChangeId.TryParse(fields.GetValueOrDefault("applied"), out var applied) ? applied : ChangeId.Zero,
            fields.GetValueOrDefault("version") ?? "",
            Time(fields.GetValueOrDefault("checked")),
            fields.ContainsKey("served"),
            ChangeId.TryParse(fields.GetValueOrDefault("turn"), out var turn) ? turn : ChangeId.Zero,
            Number(fields.GetValueOrDefault("latency")) is { } latency ? TimeSpan.FromMilliseconds(latency) : null,
            Number(fields.GetValueOrDefault("falls")) is { } falls && Time(fields.GetValueOrDefault("fallsAt")) is { } fallsAt
                ? new Flapping(falls, fallsAt, Time(fields.GetValueOrDefault("heldUntil")))
                : null)
        {
            Absence = ChangeId.TryParse(fields.GetValueOrDefault("unnamed"), out var unnamed)
                ? new Absence(unnamed, (int?)Number(fields.GetValueOrDefault("unnamedTtl")) ?? 0, Time(fields.GetValueOrDefault("unnamedOver")))
                : null,
        };
    }

    internal static HashEntry[] Fields(TimeSpan? latency) => latency is { } known ? [new("latency", HealthHistory.Text(known))] : [];

    internal static HashEntry[] Fields(Flapping? flapping) => flapping is null
        ? []
        :
        [
            new("falls", flapping.Falls.ToString("0.####", CultureInfo.InvariantCulture)), new("fallsAt", flapping.At.ToUnixTimeMilliseconds()),
            new("heldUntil", flapping.HeldUntil is { } until ? until.ToUnixTimeMilliseconds() : RedisValue.EmptyString),
        ];

    private static double? Number(string? text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static DateTimeOffset? Time(string? milliseconds) =>
        long.TryParse(milliseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? DateTimeOffset.FromUnixTimeMilliseconds(value)
            : null;
}

/// <summary>Whether a node serves its clients and keeps up with the change log.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NodeHealth>))]
public enum NodeHealth
{
    /// <summary>Not probed often enough yet.</summary>
    [JsonStringEnumMemberName("unknown")] Unknown,
    [JsonStringEnumMemberName("up")] Up,
    [JsonStringEnumMemberName("down")] Down,
}

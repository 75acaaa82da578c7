using System.Text.Json.Serialization;
using Cirrus.Core.Redis;

namespace Cirrus.Core.Nodes;

/// <summary>An edge server.</summary>
public sealed record Node
{
    /// <summary>Lower-case letters, digits and hyphens.</summary>
    public required string Id { get; init; }

    /// <summary>IPv4 and IPv6 addresses that clients reach it at; at least one.</summary>
    public required IReadOnlyList<string> Addresses { get; init; }

    /// <summary>Share of domains compared with other nodes; at least 1.</summary>
    public int Weight { get; init; } = 100;

    public string Region { get; init; } = "";

    /// <summary>Which domains it is chosen for: those that ask for one of these. Null: those that ask for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Pools { get; init; }

    public NodeState State { get; init; }

    /// <summary>Why it is <see cref="NodeState.Quarantined"/>; null when it is not.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Quarantine? Quarantine { get; init; }

    /// <summary>What it can take, compared with an ordinary node; at least 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Capacity { get; init; }

    /// <summary>By which nodes are chosen: its weight, for as much of an ordinary node as it is.</summary>
    [JsonIgnore]
    public double Share => Weight * (Capacity ?? 100) / 100.0;

    // Last in the JSON, where put_document.lua looks for them.
    [JsonPropertyOrder(2)]
    public int Revision { get; init; }

    [JsonPropertyOrder(1)]
    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }
}

/// <summary>What the operator wants of a node.</summary>
[JsonConverter(typeof(WordConverter<NodeState>))]
public enum NodeState
{
    /// <summary>Named in DNS when it is up.</summary>
    [JsonStringEnumMemberName("active")] Active,

    /// <summary>Serves who still comes; not named in new answers.</summary>
    [JsonStringEnumMemberName("draining")] Draining,

    /// <summary>Not named, not probed.</summary>
    [JsonStringEnumMemberName("disabled")] Disabled,

    /// <summary>Probed and kept up to date, but not named until somebody releases it.</summary>
    [JsonStringEnumMemberName("quarantined")] Quarantined,
}

using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Text.Json;
using Cirrus.Api.Domains;
using Cirrus.Api.Requests;
using Cirrus.Core.Nodes;
using Cirrus.Core.Steering;

namespace Cirrus.Api.Nodes;

/// <summary>A node as a caller writes it. What the API itself adds to a node may be sent back with it.</summary>
public sealed record NodeRequest : IValidatableObject
{
    private static readonly NormalForm Pool = Entries.AsItIs(NodeWords.PoolProblem);

    /// <summary>May be left out; else the same as in the path.</summary>
    public string? Id { get; init; }

    /// <summary>IPv4 and IPv6 addresses that clients reach the node at.</summary>
    [Required(ErrorMessage = "At least one address is required.")]
    [MinLength(1, ErrorMessage = "At least one address is required."), MaxLength(16, ErrorMessage = "At most 16 addresses.")]
    public IReadOnlyList<string>? Addresses { get; init; }

    /// <summary>Share of domains compared with other nodes; default 100.</summary>
    [Range(1, 10_000, ErrorMessage = "A weight is between 1 and 10000.")]
    public int? Weight { get; init; }

    [RegularExpression("^[a-z0-9-]{0,63}$", ErrorMessage = NodeWords.RegionRule)]
    public string? Region { get; init; }

    /// <summary>The pools it is in: domains that ask for one of them are led to it. Default: <c>["default"]</c>, where domains are that ask for none.</summary>
    [MinLength(1, ErrorMessage = "At least one pool."), MaxLength(16, ErrorMessage = "At most 16 pools.")]
    public IReadOnlyList<string>? Pools { get; init; }

    /// <summary>Default: active; of a node in quarantine what it is. Nodes are put into quarantine, and released, by the requests for that.</summary>
    [EnumDataType(typeof(NodeState), ErrorMessage = "A state is active, draining, disabled or quarantined.")]
    public NodeState? State { get; init; }

    /// <summary>What it can take, compared with an ordinary node; default 100. Names are shared out by weight × capacity.</summary>
    [Range(1, 1_000_000, ErrorMessage = "A capacity is between 1 and 1000000.")]
    public int? Capacity { get; init; }

    /// <summary>When given, the write is refused with 412 unless this is the stored revision.</summary>
    [Range(1, int.MaxValue, ErrorMessage = "A revision is at least 1.")]
    public int? Revision { get; init; }

    /// <summary>Read only: ignored.</summary>
    public JsonElement? Status { get; init; }

    /// <summary>Read only: ignored.</summary>
    public JsonElement? Quarantine { get; init; }

    /// <summary>Read only: ignored.</summary>
    public JsonElement? Share { get; init; }

    /// <summary>Read only: ignored.</summary>
    public JsonElement? Drained { get; init; }

    /// <summary>Read only: ignored.</summary>
    public JsonElement? DrainedAt { get; init; }

    /// <summary>Read only: ignored.</summary>
    public JsonElement? CreatedAt { get; init; }

    /// <summary>Read only: ignored.</summary>
    public JsonElement? UpdatedAt { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var seen = new HashSet<IPAddress>();
        foreach (var (index, text) in (Addresses ?? []).Index())
        {
            if (Problem(text, seen) is { } problem)
                yield return new ValidationResult(problem, [$"{nameof(Addresses)}[{index}]"]);
        }
        foreach (var fault in Entries.Check(Pools, nameof(Pools), Pool))
            yield return fault;
    }

    /// <summary>Why its state can't be written; null: it can.</summary>
    internal string? StateProblem(Node? current) => (current?.State == NodeState.Quarantined, State) switch
    {
        (true, null or NodeState.Quarantined) or (false, not NodeState.Quarantined) => null,
        (true, _) => "The node is in quarantine. It is released by POST …/release, /activate, /drain or /disable.",
        _ => "A node is put into quarantine by POST …/quarantine, with a reason.",
    };

    internal Node ToNode(string id, Node? current, DateTimeOffset now) => new()
    {
        Id = id,
        Addresses = [.. Addresses!.Select(a => IPAddress.Parse(a).ToString())],
        Weight = Weight ?? 100,
        Region = Region ?? "",
        Pools = Pools is null or [NodeGroup.DefaultPool] ? null : Pools,
        State = State ?? (current?.State == NodeState.Quarantined ? NodeState.Quarantined : NodeState.Active),
        Quarantine = current?.Quarantine,
        Capacity = Capacity is 100 ? null : Capacity,
        Revision = (current?.Revision ?? 0) + 1,
        CreatedAt = current?.CreatedAt ?? now,
        UpdatedAt = now,
    };

    private static string? Problem(string? text, HashSet<IPAddress> seen)
    {
        if (!IpLiteral.TryParse(text, out var address))
            return $"'{text}' is not an IP address.";
        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) || address.Equals(IPAddress.Broadcast)
            || address.IsIPv6Multicast || address.GetAddressBytes() is [>= 224 and <= 239, _, _, _])
            return $"No client can reach {text}.";
        if (address.IsIPv4MappedToIPv6)
            return $"{text} is an IPv4 address: give it as {address.MapToIPv4()}.";
        return seen.Add(address) ? null : $"{text} is given twice.";
    }
}

using Cirrus.Core.Changes;
using StackExchange.Redis;

namespace Cirrus.Core.Audit;

/// <summary>One entry of the audit trail: a write that was accepted, or an attempt that was refused.</summary>
public sealed record AuditEntry
{
    public const string Accepted = "accepted";
    public const string Refused = "refused";

    /// <summary>Its stream id, <c>milliseconds-sequence</c>.</summary>
    public required string Id { get; init; }

    /// <summary>When Redis wrote it, to the millisecond.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary><c>master</c>, <c>setup</c>, <c>user:{name}</c>, <c>token:{name}…{suffix}</c> or <c>anonymous</c>.</summary>
    public required string Actor { get; init; }

    /// <summary>The IP address the request came from; empty when unknown.</summary>
    public required string Address { get; init; }

    public required string RequestId { get; init; }

    /// <summary>What was done, such as <c>domain-put</c>; of a refused attempt its method and route.</summary>
    public required string Action { get; init; }

    /// <summary>To what: the name of a domain, the id of a node.</summary>
    public required string Key { get; init; }

    /// <summary>The document as JSON; empty when there was none.</summary>
    public required string Before { get; init; }

    /// <summary>The document as JSON; empty when there is none any more.</summary>
    public required string After { get; init; }

    /// <summary>The change id, empty when nothing was changed for edges or name servers.</summary>
    public required string Change { get; init; }

    /// <summary><see cref="Accepted"/> or <see cref="Refused"/>.</summary>
    public required string Outcome { get; init; }

    /// <summary>Why it was refused.</summary>
    public required string Reason { get; init; }

    /// <summary>By which the next entry refers to it (<see cref="AuditChain"/>).</summary>
    public required string Hash { get; init; }

    internal static AuditEntry From(StreamEntry entry) => new()
    {
        Id = (string)entry.Id!,
        At = ChangeId.Parse((string)entry.Id!).At,
        Actor = Text(entry, "actor"),
        Address = Text(entry, "address"),
        RequestId = Text(entry, "requestId"),
        Action = Text(entry, "action"),
        Key = Text(entry, "key"),
        Before = Text(entry, "before"),
        After = Text(entry, "after"),
        Change = Text(entry, "change"),
        Outcome = Text(entry, "outcome"),
        Reason = Text(entry, "reason"),
        Hash = AuditChain.Hash(entry),
    };

    private static string Text(StreamEntry entry, string field) => (string?)entry[field] ?? "";
}

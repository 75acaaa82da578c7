namespace Cirrus.Core.Audit;

/// <summary>Which entries of the audit trail, and in which order. Texts are compared as they are; null: any.</summary>
public sealed record AuditSearch
{
    /// <summary>Without: newest first.</summary>
    public bool OldestFirst { get; init; }

    /// <summary>The id to go on after, in the order of the search; null: from its beginning.</summary>
    public string? Start { get; init; }

    public string? Actor { get; init; }
    public string? Action { get; init; }
    public string? Key { get; init; }
    public string? Outcome { get; init; }
    public string? RequestId { get; init; }
    public string? Change { get; init; }

    /// <summary>The earliest time.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The first time that is too late.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Whether entries must be looked at one by one; times alone are found by the id.</summary>
    internal bool IsFilter => (Actor ?? Action ?? Key ?? Outcome ?? RequestId ?? Change) is not null;

    internal bool Matches(AuditEntry entry) =>
        (Actor ?? entry.Actor) == entry.Actor
        && (Action ?? entry.Action) == entry.Action
        && (Key ?? entry.Key) == entry.Key
        && (Outcome ?? entry.Outcome) == entry.Outcome
        && (RequestId ?? entry.RequestId) == entry.RequestId
        && (Change ?? entry.Change) == entry.Change;
}

/// <summary>What a search has found.</summary>
/// <param name="Next">Where to go on; null when the trail was searched to its end.</param>
/// <param name="Looked">How many entries were looked at.</param>
public sealed record AuditPage(IReadOnlyList<AuditEntry> Items, string? Next, int Looked);

namespace Cirrus.Core.Audit;

/// <summary>An audit entry by its id and hash: noted elsewhere, it proves later that the trail up to it is still the same.</summary>
public sealed record AuditMark(string Id, string Hash)
{
    /// <summary>Reads <c>{id} {hash}</c>, as <c>cdn:audit:head</c> holds it; null when it is something else.</summary>
    internal static AuditMark? Parse(string? text) =>
        text?.Split(' ') is [{ Length: > 0 } id, { Length: > 0 } hash] ? new AuditMark(id, hash) : null;
}

/// <summary>Where the trail is not as it was written.</summary>
/// <param name="Id">The entry that shows it.</param>
/// <param name="What">In words.</param>
public sealed record AuditFault(string Id, string What);

/// <summary>What a walk along the chain has found.</summary>
/// <param name="Entries">How many entries fitted, up to the fault when there is one.</param>
/// <param name="Trimmed">The first entry refers to an earlier one, which is no longer kept.</param>
/// <param name="Last">The last entry that fitted.</param>
public sealed record AuditVerdict(long Entries, AuditMark? First, bool Trimmed, AuditMark? Last, AuditFault? Fault);

using Cirrus.Core.Audit;

namespace Cirrus.Api.Audit;

/// <summary>What a walk along the whole audit trail has found.</summary>
/// <param name="Valid">Every entry is as it was written, and none is missing between the first and the last.</param>
/// <param name="Entries">How many fitted, up to the problem when there is one.</param>
/// <param name="Last">To be noted elsewhere, and given to a later verification.</param>
/// <param name="Problem">Where the trail is not as it was written, else null.</param>
public sealed record AuditVerification(bool Valid, long Entries, FirstAuditEntry? First, LastAuditEntry? Last, AuditProblem? Problem)
{
    internal static AuditVerification From(AuditVerdict verdict) => new(
        verdict.Fault is null,
        verdict.Entries,
        verdict.First is { } first ? new FirstAuditEntry(first.Id, verdict.Trimmed) : null,
        verdict.Last is { } last ? new LastAuditEntry(last.Id, last.Hash) : null,
        verdict.Fault is { } fault ? new AuditProblem(fault.Id, fault.What) : null);
}

/// <summary>The oldest entry that is kept.</summary>
/// <param name="Trimmed">It is not the first that ever was: the trail keeps a million.</param>
public sealed record FirstAuditEntry(string Id, bool Trimmed);

/// <summary>The newest entry that was verified.</summary>
public sealed record LastAuditEntry(string Id, string Hash);

/// <summary>Where the audit trail is not as it was written.</summary>
/// <param name="Id">The entry that shows it; empty when none does.</param>
/// <param name="What">In words.</param>
public sealed record AuditProblem(string Id, string What);

using System.Text.Json.Nodes;
using Cirrus.Core.Audit;

namespace Cirrus.Api.Audit;

/// <summary>One entry of the audit trail as the API shows it.</summary>
/// <param name="Actor"><c>master</c>, <c>setup</c>, <c>user:{name}</c>, <c>token:{name}…{suffix}</c> or <c>anonymous</c>.</param>
/// <param name="Action">What was done, such as <c>domain-put</c>; of a refused attempt its method and route.</param>
/// <param name="Before">The document; null when there was none. Credentials in it are shown as the beginning of their SHA-256.</param>
/// <param name="After">The document; null when there is none any more.</param>
/// <param name="Change">The id of the change; null when nothing was changed for edges or name servers.</param>
/// <param name="Outcome"><c>accepted</c> or <c>refused</c>.</param>
/// <param name="Reason">Why it was refused, else null.</param>
/// <param name="Hash">To be noted elsewhere, and given to a later verification with the id.</param>
public sealed record AuditResponse(
    string Id,
    DateTimeOffset At,
    string Actor,
    string Address,
    string RequestId,
    string Action,
    string Key,
    JsonObject? Before,
    JsonObject? After,
    string? Change,
    string Outcome,
    string? Reason,
    string Hash)
{
    internal static AuditResponse From(AuditEntry entry) => new(
        entry.Id, entry.At, entry.Actor, entry.Address, entry.RequestId, entry.Action, entry.Key,
        Redaction.Show(entry.Before), Redaction.Show(entry.After),
        entry.Change.Length == 0 ? null : entry.Change, entry.Outcome, entry.Reason.Length == 0 ? null : entry.Reason, entry.Hash);
}

/// <summary>A page of the audit trail.</summary>
/// <param name="Next">What to give as <c>before</c> (or <c>after</c>) for the next page; null when the trail was searched to its end.</param>
/// <param name="Looked">How many entries were looked at: a search stops at 10,000 and is gone on with from <c>next</c>.</param>
public sealed record AuditList(IReadOnlyList<AuditResponse> Items, string? Next, int Looked);

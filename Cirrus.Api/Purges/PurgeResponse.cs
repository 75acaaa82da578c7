using Cirrus.Api.Changes;
using Cirrus.Core.Changes;
using Cirrus.Core.Purges;

namespace Cirrus.Api.Purges;

/// <summary>An accepted purge.</summary>
/// <param name="Id">The change id.</param>
/// <param name="Self">Where the purge is shown, with the time at each node.</param>
/// <param name="Receipt">Where to ask, or wait, for who has applied it.</param>
public sealed record PurgeResponse(ChangeId Id, string Domain, string Self, string Receipt)
{
    internal static PurgeResponse From(ChangeId id, string domain) => new(id, domain, PurgeLinks.Self(id), PurgeLinks.Receipt(id));
}

/// <summary>Accepted purges: one for each domain that a URL is of, then those of the list in its order.</summary>
public sealed record PurgeBatchResponse(IReadOnlyList<PurgeResponse> Items);

/// <summary>A purge in the list.</summary>
/// <param name="Count">How many URLs, prefixes, tags or hosts it names.</param>
/// <param name="By">Who asked for it.</param>
public sealed record PurgeSummary(ChangeId Id, string Domain, PurgeKind Kind, bool Soft, int Count, DateTimeOffset At, string By, string Self)
{
    internal static PurgeSummary From(PurgeLine line) =>
        new(line.Id, line.Domain, line.Kind, line.Soft, line.Count, line.Id.At, line.By, PurgeLinks.Self(line.Id));
}

/// <summary>A purge and who has applied it.</summary>
/// <param name="Values">Paths with query, prefixes of paths, tags or hosts; empty when everything was purged.</param>
/// <param name="At">When it was accepted.</param>
/// <param name="By">Who asked for it.</param>
/// <param name="Applied">True when every node that clients are led to has applied it; null when the change log no longer tells.</param>
/// <param name="Nodes">The time at each node; null when the change log no longer tells.</param>
/// <param name="Receipt">Where to wait for it.</param>
public sealed record PurgeDetail(
    ChangeId Id, string Domain, PurgeKind Kind, bool Soft, IReadOnlyList<string> Values, DateTimeOffset At, string By, bool? Applied,
    IReadOnlyList<NodeReceipt>? Nodes, string Receipt)
{
    internal static PurgeDetail From(PurgeRecord record, Receipt? receipt) => new(
        record.Id, record.Purge.Domain, record.Purge.Kind, record.Purge.Soft, record.Purge.Values, record.Id.At, record.By,
        receipt?.Nodes.All(n => n.IsDone), receipt?.Nodes, PurgeLinks.Receipt(record.Id));
}

internal static class PurgeLinks
{
    public static string Self(ChangeId id) => $"/api/v1/purge/{id}";
    public static string Receipt(ChangeId id) => $"/api/v1/changes/{id}";
}

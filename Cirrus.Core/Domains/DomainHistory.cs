namespace Cirrus.Core.Domains;

/// <summary>What is kept of a domain: what it is now and what it was before, all of one life under its name.</summary>
/// <param name="Current">Null when it has been deleted; then its last revision is the first of the earlier ones.</param>
/// <param name="Earlier">Newest first, the last 50.</param>
public sealed record DomainHistory(CdnDomain? Current, IReadOnlyList<CdnDomain> Earlier)
{
    /// <summary>All of them, newest first; none: nothing is known of that name.</summary>
    public IReadOnlyList<CdnDomain> Revisions { get; } = Current is null ? Earlier : [Current, .. Earlier];

    public CdnDomain? Find(int revision) => Revisions.FirstOrDefault(d => d.Revision == revision);
}

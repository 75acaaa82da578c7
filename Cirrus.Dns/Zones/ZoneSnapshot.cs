using ARSoft.Tools.Net;
using ARSoft.Tools.Net.Dns;
using Cirrus.Core.Changes;

namespace Cirrus.Dns.Zones;

/// <summary>A zone as it is served: immutable, and replaced whole.</summary>
/// <param name="Change">The newest change that is in these records.</param>
/// <param name="Journal">How it came about from earlier serials.</param>
internal sealed record ZoneSnapshot(ZoneContent Content, uint Serial, ChangeId Change, ZoneJournal Journal)
{
    public ZoneSnapshot(ZoneContent content, uint serial, ChangeId change)
        : this(content, serial, change, ZoneJournal.Empty)
    {
    }

    public SoaRecord Soa { get; } = Content.SoaOf(Serial);

    /// <summary>What it says, signed or not.</summary>
    public ZoneContent Plain => Content.Plain;

    public DomainName Origin => Content.Origin;

    /// <summary>The same records under the same serial, found to be right up to a newer change.</summary>
    public ZoneSnapshot UpTo(ChangeId change) => this with { Change = change };

    /// <summary>The records of a name: empty for a name that only has names below it, null for one that does not exist (RFC 8020).</summary>
    public IReadOnlyList<DnsRecordBase>? Find(DomainName name)
    {
        if (OwnerName.Below(name, Origin) is not { } owner || !Content.Exists(owner) || Content.Find(owner) is not { } records)
            return null;
        var found = ZoneContent.RecordsOf(records, OwnerName.Absolute(owner, Origin));
        return owner.Length == 0 ? [Soa, .. found] : [.. found];
    }
}

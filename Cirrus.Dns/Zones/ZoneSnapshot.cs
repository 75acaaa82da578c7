using ARSoft.Tools.Net;
using ARSoft.Tools.Net.Dns;
using Cirrus.Core.Changes;

namespace Cirrus.Dns.Zones;

/// <summary>A zone as it is served: immutable, and replaced whole.</summary>
internal sealed class ZoneSnapshot
{
    private readonly Dictionary<DomainName, List<DnsRecordBase>> _names = [];
    private readonly HashSet<DomainName> _emptyNonTerminals = [];

    public ZoneSnapshot(ZoneContent content, uint serial, ChangeId change)
        : this(content, content.WithSerial(serial), change)
    {
        Add(Soa);
        foreach (var record in content.Records)
            Add(record);
    }

    private ZoneSnapshot(ZoneContent content, SoaRecord soa, ChangeId change)
    {
        Content = content;
        Soa = soa;
        Change = change;
    }

    private ZoneSnapshot(ZoneSnapshot other, ChangeId change)
        : this(other.Content, other.Soa, change)
    {
        _names = other._names;
        _emptyNonTerminals = other._emptyNonTerminals;
    }

    public ZoneContent Content { get; }
    public SoaRecord Soa { get; }
    public uint Serial => Soa.SerialNumber;
    public DomainName Origin => Content.Origin;

    /// <summary>The newest change that is in these records.</summary>
    public ChangeId Change { get; }

    /// <summary>The same records under the same serial, found to be right up to a newer change.</summary>
    public ZoneSnapshot UpTo(ChangeId change) => new(this, change);

    /// <summary>The records of a name: empty for a name that only has names below it, null for one that does not exist (RFC 8020).</summary>
    public IReadOnlyList<DnsRecordBase>? Find(DomainName name) =>
        _names.TryGetValue(name, out var records) ? records : _emptyNonTerminals.Contains(name) ? [] : null;

    private void Add(DnsRecordBase record)
    {
        if (_names.TryGetValue(record.Name, out var records))
        {
            records.Add(record);
            return;
        }
        _names.Add(record.Name, [record]);
        for (var above = record.Name; above.LabelCount > Origin.LabelCount + 1;)
        {
            above = above.GetParentName();
            _emptyNonTerminals.Add(above);
        }
    }
}

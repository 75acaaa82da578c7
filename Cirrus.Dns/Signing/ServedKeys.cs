using ARSoft.Tools.Net.Dns;
using Cirrus.Core.Dnssec;
using Cirrus.Dns.Zones;

namespace Cirrus.Dns.Signing;

/// <summary>Reads from a zone which keys it shows, and which have signed it: a pure function.</summary>
internal static class ServedKeys
{
    public static KeysInZone In(ZoneContent zone, DnssecKeys keys)
    {
        var published = zone.Find([])?.Find(RecordType.DnsKey)?.Data.Select(d => DnssecRecords.TagOf(d)) ?? [];
        // All signatures are looked at only while a key waits for its last ones.
        var retires = keys.Of(DnssecKeyKind.ZoneSigning).Any(k => k.State == DnssecKeyState.Retired);
        var signing = retires
            ? zone.Names().SelectMany(n => n.Records.Sets).Where(s => s.Type == RecordType.RrSig).SelectMany(s => s.Data).Select(d => (int)SignatureData.TagOf(d))
            : keys.Keys.Select(k => k.Id);
        return new KeysInZone(published.ToHashSet(), signing.ToHashSet());
    }
}

using ARSoft.Tools.Net;
using ARSoft.Tools.Net.Dns;

namespace Cirrus.Dns.Zones;

/// <summary>All a zone says but its serial.</summary>
/// <param name="Origin">The zone's name.</param>
/// <param name="Records">Without the SOA record, grouped by name, the apex first.</param>
/// <param name="Digest">SHA-256 over records and SOA fields, in hexadecimal digits.</param>
/// <param name="WithSerial">The SOA record for a serial.</param>
internal sealed record ZoneContent(
    DomainName Origin, IReadOnlyList<DnsRecordBase> Records, string Digest, Func<uint, SoaRecord> WithSerial);

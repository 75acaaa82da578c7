using ARSoft.Tools.Net.Dns;

namespace Cirrus.Dns.Answering;

/// <summary>What the sections of a response hold.</summary>
internal sealed record ZoneAnswer(
    ReturnCode Code,
    bool Authoritative,
    IReadOnlyList<DnsRecordBase> Answer,
    IReadOnlyList<DnsRecordBase> Authority,
    IReadOnlyList<DnsRecordBase> Additional)
{
    public static ZoneAnswer Failed(ReturnCode code) => new(code, false, [], [], []);
}

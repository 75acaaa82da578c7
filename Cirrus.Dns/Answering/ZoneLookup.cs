using ARSoft.Tools.Net.Dns;
using Cirrus.Dns.Zones;

namespace Cirrus.Dns.Answering;

/// <summary>Answers a question from a zone: a pure function (RFC 1034 section 4.3.2 for a zone without delegations and wildcards).</summary>
internal static class ZoneLookup
{
    public static ZoneAnswer Answer(ZoneSnapshot zone, DnsQuestion question)
    {
        if (question.RecordClass != RecordClass.INet || !question.Name.IsEqualOrSubDomainOf(zone.Origin))
            return ZoneAnswer.Failed(ReturnCode.Refused);
        if (zone.Find(question.Name) is not { } records)
            return Negative(zone, ReturnCode.NxDomain);

        var answer = Matching(records, question.RecordType);
        if (answer.Count == 0)
            return Negative(zone, ReturnCode.NoError);
        return new ZoneAnswer(ReturnCode.NoError, true, answer, [], Glue(zone, answer));
    }

    // To ANY one set of records is answer enough (RFC 8482 section 4.1).
    private static List<DnsRecordBase> Matching(IReadOnlyList<DnsRecordBase> records, RecordType type)
    {
        var wanted = type == RecordType.Any && records.Count > 0 ? records[0].RecordType : type;
        return [.. records.Where(r => r.RecordType == wanted)];
    }

    private static List<DnsRecordBase> Glue(ZoneSnapshot zone, List<DnsRecordBase> answer) =>
    [
        .. answer.OfType<NsRecord>()
            .SelectMany(ns => zone.Find(ns.NameServer) ?? [])
            .Where(r => r.RecordType is RecordType.A or RecordType.Aaaa),
    ];

    // Resolvers keep a negative answer for the lesser of the SOA's TTL and its last field (RFC 2308 section 5).
    private static ZoneAnswer Negative(ZoneSnapshot zone, ReturnCode code)
    {
        var soa = zone.Soa;
        var ttl = Math.Min(soa.TimeToLive, soa.NegativeCachingTTL);
        var negative = new SoaRecord(
            soa.Name, ttl, soa.MasterName, soa.ResponsibleName, soa.SerialNumber,
            soa.RefreshInterval, soa.RetryInterval, soa.ExpireInterval, soa.NegativeCachingTTL);
        return new ZoneAnswer(code, true, [], [negative], []);
    }
}

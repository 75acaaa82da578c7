using ARSoft.Tools.Net.Dns;
using Cirrus.Dns.Answering;
using Cirrus.Dns.Zones;

namespace Cirrus.Dns.Transfers;

/// <summary>Answers questions for whole zones: a pure function.</summary>
internal static class ZoneTransfer
{
    /// <param name="known">The SOA record the client sent with IXFR, or null.</param>
    /// <param name="reliable">Over TCP.</param>
    public static ZoneAnswer Answer(ZoneSnapshot zone, DnsQuestion question, SoaRecord? known, bool reliable)
    {
        if (question.RecordClass != RecordClass.INet)
            return ZoneAnswer.Failed(ReturnCode.Refused);
        if (!question.Name.Equals(zone.Origin))
            return ZoneAnswer.Failed(ReturnCode.NotAuthoritive);
        if (question.RecordType == RecordType.Axfr)
            return reliable ? Whole(zone) : ZoneAnswer.Failed(ReturnCode.FormatError);

        if (known is null)
            return ZoneAnswer.Failed(ReturnCode.FormatError);
        // A SOA record alone says "you have the newest" or, over UDP, "ask by TCP" (RFC 1995 section 2).
        return reliable && SerialNumber.IsNewer(zone.Serial, known.SerialNumber) ? Whole(zone) : Of(zone.Soa);
    }

    // The SOA record opens and closes the zone (RFC 5936 section 2.2).
    private static ZoneAnswer Whole(ZoneSnapshot zone) => Of([zone.Soa, .. zone.Content.Records, zone.Soa]);

    private static ZoneAnswer Of(params IReadOnlyList<DnsRecordBase> records) => new(ReturnCode.NoError, true, records, [], []);
}

using ARSoft.Tools.Net.Dns;
using Cirrus.Dns.Answering;
using Cirrus.Dns.Zones;

namespace Cirrus.Dns.Server;

/// <summary>Turns a received message into its response: what is allowed, then the zone's answer, then the header.</summary>
internal sealed class QueryHandler(CurrentZone zone)
{
    // Fits into one packet on every path that IPv6 allows, so that no answer depends on fragments.
    private const ushort MaxPayload = 1232;
    private const ushort MinPayload = 512;

    public DnsMessage Respond(DnsMessage query)
    {
        var response = query.CreateResponseInstance();
        // EDNS options are not echoed, and the payload is the smaller of the client's and ours (RFC 6891 section 6.2.5).
        if (response.EDnsOptions is { } edns)
        {
            edns.UdpPayloadSize = Math.Clamp(edns.UdpPayloadSize, MinPayload, MaxPayload);
            edns.Version = 0;
        }

        var answer = Answer(query);
        response.ReturnCode = answer.Code;
        response.IsAuthoritiveAnswer = answer.Authoritative;
        response.AnswerRecords = [.. answer.Answer];
        response.AuthorityRecords = [.. answer.Authority];
        response.AdditionalRecords.InsertRange(0, answer.Additional);
        return response;
    }

    private ZoneAnswer Answer(DnsMessage query)
    {
        if (query.OperationCode != OperationCode.Query)
            return ZoneAnswer.Failed(ReturnCode.NotImplemented);
        if (query.Questions.Count != 1 || query.AdditionalRecords.Count(r => r.RecordType == RecordType.Opt) > 1)
            return ZoneAnswer.Failed(ReturnCode.FormatError);
        if (query.EDnsOptions is { Version: > 0 })
            return ZoneAnswer.Failed(ReturnCode.BadVersion);
        // Better no answer than one from an empty zone: a secondary would take the emptiness over.
        if (zone.Snapshot is not { } snapshot)
            return ZoneAnswer.Failed(ReturnCode.ServerFailure);

        // Zones are given out before messages come here (TransferDesk).
        return query.Questions[0] is { RecordType: RecordType.Axfr or RecordType.Ixfr }
            ? ZoneAnswer.Failed(ReturnCode.Refused)
            : ZoneLookup.Answer(snapshot, query.Questions[0]);
    }
}

using System.Net;
using ARSoft.Tools.Net.Dns;
using Cirrus.Dns.Signatures;
using Cirrus.Dns.Zones;

namespace Cirrus.Dns.Transfers;

/// <summary>
/// Answers questions for zones a message at a time, in the format of messages: ARSoft would make objects of all records first, and signs
/// one response a connection.
/// </summary>
internal sealed partial class TransferDesk(
    CurrentZone zone, SecondaryAddresses secondaries, TsigKeyRing keys, TransferMetrics metrics, TimeProvider time, ILogger<TransferDesk> logger)
{
    // Pointers reach so far; longer responses would save nothing.
    private const int MaxMessage = 0x3FFF;
    private const int MinPayload = 512;
    private const int MaxPayload = 1232;

    private readonly ILogger _logger = logger;
    private readonly RefusalLines _lines = new(time);

    /// <summary>Looks at the signature of a query.</summary>
    public SignedQuery Check(ReadOnlySpan<byte> query) => keys.Check(query);

    /// <summary>Answers it if it asks for a zone or is signed wrongly; false when another is to answer it.</summary>
    /// <param name="reliable">Over TCP.</param>
    /// <param name="send">False when the client is gone.</param>
    public async Task<bool> TryRespondAsync(SignedQuery query, IPEndPoint client, bool reliable, Func<byte[], Task<bool>> send)
    {
        if (query.Refusal is { } refusal)
        {
            await send(refusal);
            NoteRefused(() => LogWronglySigned(client));
            return true;
        }
        if (AskedIn(query.Message) is not { } asked)
            return false;

        var payload = Math.Clamp((int?)asked.EDnsOptions?.UdpPayloadSize ?? MinPayload, MinPayload, MaxPayload);
        var writer = new TransferWriter(query.Message, asked.EDnsOptions is not null, (reliable ? MaxMessage : payload) - (query.Signer?.Length ?? 0));
        var mayTransfer = await secondaries.MayTransferAsync(client.Address, query.Key?.Text);
        // Secondaries behind one address are told apart by their keys.
        var asker = query.Key is { } key ? $"{client} ({key.Text})" : $"{client}";
        foreach (var response in Responses(writer, asked, mayTransfer, asker, reliable))
        {
            if (!await send(query.Signer?.Sign(response) ?? response))
                break;
        }
        return true;
    }

    private static DnsMessage? AskedIn(byte[] query)
    {
        try
        {
            var message = DnsMessage.Parse(query);
            return message is { OperationCode: OperationCode.Query, Questions: [{ RecordType: RecordType.Axfr or RecordType.Ixfr }] }
                && TransferWriter.EndOfQuestion(query) > 0
                && message.AdditionalRecords.Count(r => r.RecordType == RecordType.Opt) <= 1 && message.EDnsOptions is not { Version: > 0 }
                ? message
                : null;
        }
        catch (Exception)
        {
            // ARSoft's parser throws whatever comes up in bytes that are no message. Its server finds the same.
            return null;
        }
    }

    private IEnumerable<byte[]> Responses(TransferWriter writer, DnsMessage asked, bool mayTransfer, string asker, bool reliable)
    {
        var question = asked.Questions[0];
        var known = asked.AuthorityRecords.OfType<SoaRecord>().FirstOrDefault();
        // Better no answer than one from an empty zone: a secondary would take the emptiness over.
        if (zone.Snapshot is not { } snapshot)
            return [writer.Fail(ReturnCode.ServerFailure)];
        if (!mayTransfer || question.RecordClass != RecordClass.INet)
        {
            NoteRefused(() => LogRefused(asker, question.RecordType));
            return [writer.Fail(ReturnCode.Refused)];
        }
        if (!question.Name.Equals(snapshot.Origin))
            return [writer.Fail(ReturnCode.NotAuthoritive)];

        switch (question.RecordType, reliable, known)
        {
            case (RecordType.Axfr, true, _):
                metrics.Count(TransferKind.Whole);
                LogWhole(asker, snapshot.Serial);
                return writer.Write(ZoneTransfer.Whole(snapshot));
            case (RecordType.Ixfr, true, not null):
                var differences = ZoneTransfer.Since(snapshot, known.SerialNumber);
                metrics.Count(differences is null ? TransferKind.WholeInstead : TransferKind.Differences);
                if (differences is null)
                    LogWholeInstead(asker, known.SerialNumber, snapshot.Serial);
                else
                    LogDifferences(asker, known.SerialNumber, snapshot.Serial);
                return writer.Write(differences ?? ZoneTransfer.Whole(snapshot));
            case (RecordType.Ixfr, false, not null):
                return writer.TryWriteOne(ZoneTransfer.Since(snapshot, known.SerialNumber)) is { } only
                    ? [only]
                    : writer.Write(ZoneTransfer.Newest(snapshot));
            default:
                return [writer.Fail(ReturnCode.FormatError)];
        }
    }

    private void NoteRefused(Action log)
    {
        metrics.Count(TransferKind.Refused);
        if (!_lines.IsFor(out var without))
            return;
        if (without > 0)
            LogMoreRefused(without);
        log();
    }

    [LoggerMessage(LogLevel.Information, "{Client} transfers the whole zone, serial {Serial}")]
    private partial void LogWhole(string client, uint serial);

    [LoggerMessage(LogLevel.Information, "{Client} transfers the whole zone, serial {Serial}, for lack of the differences since {Known}")]
    private partial void LogWholeInstead(string client, uint known, uint serial);

    [LoggerMessage(LogLevel.Debug, "{Client} transfers the differences of serial {Serial} since {Known}")]
    private partial void LogDifferences(string client, uint known, uint serial);

    [LoggerMessage(LogLevel.Warning, "{Client} may not transfer the zone: {Type} refused")]
    private partial void LogRefused(string client, RecordType type);

    [LoggerMessage(LogLevel.Warning, "{Client} sent a message that is signed wrongly")]
    private partial void LogWronglySigned(IPEndPoint client);

    [LoggerMessage(LogLevel.Warning, "{Count} more were refused")]
    private partial void LogMoreRefused(int count);
}

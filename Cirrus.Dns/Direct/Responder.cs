using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Cirrus.Dns.Direct;

/// <summary>What became of a message.</summary>
internal enum Outcome
{
    /// <summary>Nothing is sent.</summary>
    Silence,

    /// <summary>There is a response.</summary>
    Response,

    /// <summary>Another is to answer it.</summary>
    HandOver,
}

/// <summary>
/// From the octets of a query to those of its response. The answers for clients without DO are written already: what is left is to read the question,
/// to find them, and to put header and EDNS around them, and nothing is allocated. By UDP each thread has one of its own, connections by TCP share one:
/// what it keeps is safe for several threads, but for its counts.
/// </summary>
internal sealed class Responder(DirectAnswers answers, Locator locator, RegionalSignatures.Hand hand, ServerCookies cookies, ResponseRate rate)
{
    /// <summary>Fits into one packet on every path that IPv6 allows, so that no answer depends on fragments.</summary>
    public const int MaxPayload = 1232;
    private const int MinPayload = 512;

    private const int OptLength = 11;
    private const ushort Internet = 1;
    private const byte IsResponse = 0x80, Authoritative = 0x04, Truncated = 0x02, RecursionDesired = 0x01;
    private const byte Operation = 0x78, CheckingDisabled = 0x10;

    // What is counted together: failures of a network, negative answers of a network, each name and type.
    private const ulong Failing = 1, Denying = 2;

    private readonly ServerCookies _cookies = cookies;

    public ResponderCounts Counts { get; } = new();

    /// <param name="reliable">By TCP: no limit of size and rate.</param>
    /// <param name="response">As long as the largest response there may be.</param>
    [SkipLocalsInit]
    public Outcome Respond(ReadOnlySpan<byte> message, ClientAddress client, bool reliable, Span<byte> response, out int length)
    {
        length = 0;
        switch (QueryReader.Read(message, out var query))
        {
            case QueryKind.NoQuery:
                return Outcome.Silence;
            case QueryKind.Unusual when reliable || query.Type != RecordTypes.Axfr:
                return HandOver(client, reliable);
            case QueryKind.OtherOperation:
                return Fail(message, query, ResponseCodes.NotImplemented, client, reliable, response, out length);
            // A whole transfer goes by TCP alone (RFC 5936 section 4.2).
            case QueryKind.Malformed or QueryKind.Unusual:
                return Fail(message, query, ResponseCodes.FormatError, client, reliable, response, out length);
        }
        if (query.EdnsVersion > 0)
            return Fail(message, query, ResponseCodes.BadVersion, client, reliable, response, out length);
        if (answers.Table is not { } table)
            return Fail(message, query, ResponseCodes.ServerFailure, client, reliable, response, out length);
        if (query.Class != Internet)
            return Fail(message, query, ResponseCodes.Refused, client, reliable, response, out length);

        var place = default(Place);
        if (locator.Ranges is { } ranges && !TryLocate(ranges, message, query, client, out place))
            return Fail(message, query, ResponseCodes.FormatError, client, reliable, response, out length);

        Span<byte> name = stackalloc byte[WireName.BufferLength];
        WireName.Lower(message.Slice(QueryReader.HeaderLength, query.NameLength), name);
        var found = table.Find(name, query.NameLength);
        if (!found.Exist && !WireName.IsWithin(name[..query.NameLength], table.Apex))
            return Fail(message, query, ResponseCodes.Refused, client, reliable, response, out length);

        var answer = found.Exist ? found.Find(query.Type, place.Region) : default;
        // What is only there because the zone is signed all may ask for.
        var isOfSigning = query.Type is RecordTypes.DnsKey or RecordTypes.RrSig or RecordTypes.Nsec or RecordTypes.Nsec3Param;
        var signed = query.DnssecOk || isOfSigning ? table.Signed : null;
        var verdict = Verdict.Send;
        if (!reliable && rate.IsOn && !HasGoodCookie(message, query, client))
        {
            var alike = answer.Answers > 0 || (signed is not null && found.Exist && isOfSigning) ? WireName.Hash(name, query.NameLength) + query.Type : Denying;
            verdict = rate.Count(client, alike, (uint)Environment.TickCount64);
        }
        return verdict switch
        {
            Verdict.Send when signed is not null =>
                WriteSigned(message, query, client, reliable, signed, name[..query.NameLength], answer.IsTailored ? place : place.ForAll, response, out length),
            Verdict.Send => Write(message, query, client, reliable, table, found.Exist, answer, place, response, out length),
            Verdict.Truncate => Truncate(message, query, client, response, out length),
            _ => Drop(),
        };
    }

    private Outcome Write(
        ReadOnlySpan<byte> message, in Query query, ClientAddress client, bool reliable, AnswerTable table, bool exists, PreparedAnswer answer,
        Place place, Span<byte> response, out int length)
    {
        var room = Room(message, query, reliable, place, response.Length);
        var head = Head(message, query, response);
        int added;
        var (answered, denied, beside) = (0, 0, 0);
        if (answer.Answers > 0)
        {
            // What stands beside the answer may be left out (RFC 2181 section 9).
            added = answer.Octets.Length <= room ? answer.Octets.Length : answer.AnswerLength;
            if (added > room)
                return Truncate(message, query, client, response, out length);
            answer.Octets[..added].CopyTo(response[head..]);
            answered = answer.Answers;
            beside = added > answer.AnswerLength ? answer.Beside : 0;
        }
        else
        {
            added = table.Negative.Length;
            if (added > room)
                return Truncate(message, query, client, response, out length);
            table.Negative.Write(response[head..], QueryReader.HeaderLength + query.NameLength - table.Apex.Length);
            denied = 1;
        }
        response[2] |= Authoritative;
        response[3] |= (byte)(exists ? ResponseCodes.NoError : ResponseCodes.NoName);
        length = WriteEdns(message, query, client, answer.IsTailored ? place : place.ForAll, 0, response, head + added);
        Count(response, answered, denied, beside + (query.HasEdns ? 1 : 0));
        Counts.Answers++;
        return Outcome.Response;
    }

    private Outcome WriteSigned(
        ReadOnlySpan<byte> message, in Query query, ClientAddress client, bool reliable, SignedAnswers signed, ReadOnlySpan<byte> name,
        Place place, Span<byte> response, out int length)
    {
        var room = Room(message, query, reliable, place, response.Length);
        if (!signed.TryWrite(name, query.Type, place.Region, hand, response.Slice(query.QuestionEnd, room), out var answer))
            return Truncate(message, query, client, response, out length);
        var head = Head(message, query, response);
        response[2] |= Authoritative;
        response[3] |= (byte)(answer.Exists ? ResponseCodes.NoError : ResponseCodes.NoName);
        // What is denied is denied to all.
        length = WriteEdns(message, query, client, answer.Answers > 0 ? place : place.ForAll, 0, response, head + answer.Length);
        Count(response, answer.Answers, answer.Authority, query.HasEdns ? 1 : 0);
        Counts.Answers++;
        return Outcome.Response;
    }

    // Between the question and EDNS.
    private static int Room(ReadOnlySpan<byte> message, in Query query, bool reliable, Place place, int length)
    {
        var limit = reliable ? ushort.MaxValue : query.HasEdns ? Math.Clamp((int)query.Payload, MinPayload, MaxPayload) : MinPayload;
        return Math.Min(limit, length) - query.QuestionEnd - EdnsLength(message, query, place);
    }

    private Outcome Truncate(ReadOnlySpan<byte> message, in Query query, ClientAddress client, Span<byte> response, out int length)
    {
        var head = Head(message, query, response);
        response[2] |= Authoritative | Truncated;
        length = WriteEdns(message, query, client, default, 0, response, head);
        Count(response, 0, 0, query.HasEdns ? 1 : 0);
        Counts.Truncated++;
        return Outcome.Response;
    }

    private Outcome Fail(
        ReadOnlySpan<byte> message, in Query query, int code, ClientAddress client, bool reliable, Span<byte> response, out int length)
    {
        length = 0;
        // None of them is longer than its query by more than an OPT record: a truncated one would be no smaller.
        if (!reliable && rate.IsOn && rate.Count(client, Failing, (uint)Environment.TickCount64) == Verdict.Drop)
            return Drop();
        var head = Head(message, query, response);
        response[3] |= (byte)(code & 0x0F);
        length = WriteEdns(message, query, client, default, code >> 4, response, head);
        Count(response, 0, 0, query.HasEdns ? 1 : 0);
        Counts.Failures++;
        return Outcome.Response;
    }

    private Outcome HandOver(ClientAddress client, bool reliable)
    {
        if (!reliable && rate.IsOn && rate.Count(client, Failing, (uint)Environment.TickCount64) != Verdict.Send)
            return Drop();
        Counts.HandedOver++;
        return Outcome.HandOver;
    }

    private Outcome Drop()
    {
        Counts.Limited++;
        return Outcome.Silence;
    }

    // The id, the flags and, as it came (letter by letter, upper or lower case), the question.
    private static int Head(ReadOnlySpan<byte> message, in Query query, Span<byte> response)
    {
        var end = query.QuestionEnd == 0 ? QueryReader.HeaderLength : query.QuestionEnd;
        message[..end].CopyTo(response);
        response[2] = (byte)(IsResponse | (message[2] & (Operation | RecursionDesired)));
        response[3] = (byte)(message[3] & CheckingDisabled);
        BinaryPrimitives.WriteUInt16BigEndian(response[4..], (ushort)(query.QuestionEnd == 0 ? 0 : 1));
        return end;
    }

    private static void Count(Span<byte> response, int answers, int authority, int additional)
    {
        BinaryPrimitives.WriteUInt16BigEndian(response[6..], (ushort)answers);
        BinaryPrimitives.WriteUInt16BigEndian(response[8..], (ushort)authority);
        BinaryPrimitives.WriteUInt16BigEndian(response[10..], (ushort)additional);
    }

    private static int EdnsLength(ReadOnlySpan<byte> message, in Query query, Place place) =>
        query.HasEdns
            ? OptLength + (query.HasCookie ? 4 + ServerCookies.Length : 0) + (place.IsAsked ? 4 + message[query.Subnet].Length : 0)
            : 0;

    private int WriteEdns(
        ReadOnlySpan<byte> message, in Query query, ClientAddress client, Place place, int extendedCode, Span<byte> response, int at)
    {
        if (!query.HasEdns)
            return at;
        var opt = response[at..];
        opt[0] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(opt[1..], RecordTypes.Opt);
        BinaryPrimitives.WriteUInt16BigEndian(opt[3..], MaxPayload);
        opt[5] = (byte)extendedCode;
        opt[6] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(opt[7..], (ushort)(query.DnssecOk ? 0x8000 : 0));
        var length = OptLength;
        if (query.HasCookie)
        {
            length += OptionHead(opt[length..], EdnsOptions.Cookie, ServerCookies.Length);
            _cookies.Write(message[query.Cookie], client, Now(), opt[length..]);
            length += ServerCookies.Length;
        }
        if (place.IsAsked)
        {
            var subnet = message[query.Subnet];
            length += OptionHead(opt[length..], EdnsOptions.ClientSubnet, subnet.Length);
            subnet.CopyTo(opt[length..]);
            opt[length + 3] = place.Bits;
            length += subnet.Length;
        }
        BinaryPrimitives.WriteUInt16BigEndian(opt[9..], (ushort)(length - OptLength));
        return at + length;
    }

    private static int OptionHead(Span<byte> option, ushort code, int length)
    {
        BinaryPrimitives.WriteUInt16BigEndian(option, code);
        BinaryPrimitives.WriteUInt16BigEndian(option[2..], (ushort)length);
        return 4;
    }

    // What the resolver tells of its client counts before the resolver's own address.
    private static bool TryLocate(RegionRanges ranges, ReadOnlySpan<byte> message, in Query query, ClientAddress client, out Place place)
    {
        place = default;
        if (!query.HasSubnet)
        {
            place = new Place(false, ranges.Find(client).Region, 0);
            return true;
        }
        if (!ClientSubnet.TryRead(message[query.Subnet], out var subnet))
            return false;
        // Without a bit of it the resolver's address is all there is, and the answer holds for all of its clients.
        var (region, bits) = subnet.Bits == 0 ? (ranges.Find(client).Region, (byte)0) : ranges.Find(subnet.Address);
        place = new Place(true, region, bits);
        return true;
    }

    private bool HasGoodCookie(ReadOnlySpan<byte> message, in Query query, ClientAddress client) =>
        query.HasCookie && _cookies.IsGood(message[query.Cookie], client, Now());

    private static uint Now() => (uint)DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    /// <summary>Where the client is.</summary>
    /// <param name="IsAsked">Its subnet was told, so the answer says for whom it holds.</param>
    /// <param name="Bits">For how many bits of it.</param>
    private readonly record struct Place(bool IsAsked, byte Region, byte Bits)
    {
        /// <summary>Of an answer that is the same wherever the client is.</summary>
        public Place ForAll => this with { Region = 0, Bits = 0 };
    }
}

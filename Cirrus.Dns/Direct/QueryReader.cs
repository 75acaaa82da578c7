using System.Buffers.Binary;

namespace Cirrus.Dns.Direct;

/// <summary>Reads queries: everything in them is checked before it is used, and nothing is allocated.</summary>
internal static class QueryReader
{
    public const int HeaderLength = 12;

    private const byte Response = 0x80;
    private const byte Operation = 0x78;
    private const int MinCookie = 8;
    private const int MaxAdditional = 2;

    public static QueryKind Read(ReadOnlySpan<byte> message, out Query query)
    {
        query = default;
        if (message.Length < HeaderLength || (message[2] & Response) != 0)
            return QueryKind.NoQuery;
        if ((message[2] & Operation) != 0)
            return QueryKind.OtherOperation;
        var at = HeaderLength;
        if (UInt16(message, 4) != 1 || !TrySkipName(message, ref at, mayPoint: false) || at + 4 > message.Length)
            return QueryKind.Malformed;
        query.NameLength = at - HeaderLength;
        query.Type = UInt16(message, at);
        query.Class = UInt16(message, at + 2);
        query.QuestionEnd = at + 4;
        return query.Type switch
        {
            RecordTypes.Ixfr => QueryKind.Unusual,
            RecordTypes.Axfr => QueryKind.Unusual,
            _ => ReadRest(message, ref query),
        };
    }

    private static QueryKind ReadRest(ReadOnlySpan<byte> message, ref Query query)
    {
        var additional = UInt16(message, 10);
        if (BinaryPrimitives.ReadUInt32BigEndian(message[6..]) != 0 || additional > MaxAdditional)
            return QueryKind.Malformed;
        var at = query.QuestionEnd;
        for (var i = 0; i < additional; i++)
        {
            var start = at;
            if (!TrySkipName(message, ref at, mayPoint: true) || at + 10 > message.Length)
                return QueryKind.Malformed;
            var fields = message.Slice(at, 10);
            var contents = at + 10;
            at = contents + UInt16(fields, 8);
            if (at > message.Length)
                return QueryKind.Malformed;
            switch (UInt16(fields, 0))
            {
                case RecordTypes.Tsig or RecordTypes.Sig:
                    return QueryKind.Unusual;
                // At most one, at the root (RFC 6891 section 6.1.1).
                case RecordTypes.Opt when query.HasEdns || message[start] != 0 || !TryReadEdns(message, fields, contents..at, ref query):
                    return QueryKind.Malformed;
            }
        }
        return at == message.Length ? QueryKind.Ordinary : QueryKind.Malformed;
    }

    private static bool TryReadEdns(ReadOnlySpan<byte> message, ReadOnlySpan<byte> fields, Range contents, ref Query query)
    {
        query.HasEdns = true;
        query.Payload = UInt16(fields, 2);
        query.EdnsVersion = fields[5];
        query.DnssecOk = (fields[6] & 0x80) != 0;
        // What the options of another version mean nobody knows.
        if (query.EdnsVersion > 0)
            return true;
        var (at, end) = (contents.Start.Value, contents.End.Value);
        while (at < end)
        {
            if (at + 4 > end)
                return false;
            var code = UInt16(message, at);
            var option = (at + 4)..(at + 4 + UInt16(message, at + 2));
            at = option.End.Value;
            if (at > end)
                return false;
            switch (code)
            {
                case EdnsOptions.Cookie when !query.HasCookie:
                    if (!IsCookieLength(at - option.Start.Value))
                        return false;
                    query.Cookie = option;
                    break;
                case EdnsOptions.ClientSubnet when !query.HasSubnet:
                    query.Subnet = option;
                    break;
            }
        }
        return true;
    }

    // The client's alone, or with the server's of 8 to 32 octets (RFC 7873 section 5.2.2).
    private static bool IsCookieLength(int length) => length is MinCookie or (>= 16 and <= 40);

    private static bool TrySkipName(ReadOnlySpan<byte> message, ref int at, bool mayPoint)
    {
        var start = at;
        while (at < message.Length)
        {
            var length = message[at];
            if (length == 0)
            {
                at++;
                return at - start <= WireName.MaxLength;
            }
            if (length > WireName.MaxLabel)
            {
                at += 2;
                return mayPoint && (length & 0xC0) == 0xC0 && at <= message.Length;
            }
            at += length + 1;
        }
        return false;
    }

    private static ushort UInt16(ReadOnlySpan<byte> octets, int at) => BinaryPrimitives.ReadUInt16BigEndian(octets[at..]);
}

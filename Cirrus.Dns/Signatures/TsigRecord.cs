using System.Buffers.Binary;

namespace Cirrus.Dns.Signatures;

/// <summary>The TSIG record that ends a message (RFC 8945 section 4.2).</summary>
/// <param name="Name">Of the key, in the format of messages and in lower case; the algorithm alike.</param>
/// <param name="Time">When it was signed, in seconds since 1970.</param>
internal sealed record TsigRecord(byte[] Name, byte[] Algorithm, long Time, ushort Fudge, byte[] Mac, ushort OriginalId, TsigError Error, byte[] Other)
{
    public const ushort DefaultFudge = 300;

    private const ushort Type = 250;
    private const ushort AnyClass = 255;
    private const int HeaderLength = 12;
    private const int AdditionalCountAt = 10;

    /// <summary>Takes the record off the end of a message.</summary>
    /// <returns>
    /// The message without it, with the id under which it was signed, and the record; null where there is none. Not readable: the message is
    /// malformed, or has such a record where none may be.
    /// </returns>
    public static (bool IsReadable, byte[] Message, TsigRecord? Record) TakeFrom(ReadOnlySpan<byte> message)
    {
        var reader = new WireReader(message);
        if (message.Length < HeaderLength)
            return (false, [], null);
        var additional = Read(message, AdditionalCountAt);
        var records = Read(message, 6) + Read(message, 8) + additional;
        reader.Skip(HeaderLength);
        for (var i = Read(message, 4); i > 0; i--)
            reader.SkipQuestion();
        for (var i = 1; i <= records && !reader.HasFailed; i++)
        {
            var start = reader.Position;
            var name = reader.Name();
            var type = reader.UInt16();
            var recordClass = reader.UInt16();
            reader.Skip(sizeof(uint));
            var length = reader.UInt16();
            if (type != Type)
            {
                reader.Skip(length);
                continue;
            }
            if (i < records || additional == 0 || recordClass != AnyClass)
                return (false, [], null);
            var record = ReadData(ref reader, name);
            if (reader.HasFailed || reader.Position != message.Length)
                return (false, [], null);
            var rest = message[..start].ToArray();
            BinaryPrimitives.WriteUInt16BigEndian(rest, record.OriginalId);
            BinaryPrimitives.WriteUInt16BigEndian(rest.AsSpan(AdditionalCountAt), (ushort)(additional - 1));
            return (true, rest, record);
        }
        return (!reader.HasFailed, message.ToArray(), null);
    }

    /// <summary>The message with this record at its end.</summary>
    public byte[] AddTo(ReadOnlySpan<byte> message)
    {
        var data = Data();
        byte[] signed =
        [
            .. message, .. Name, 0, (byte)Type, 0, (byte)AnyClass, 0, 0, 0, 0, (byte)(data.Length >> 8), (byte)data.Length, .. data,
        ];
        BinaryPrimitives.WriteUInt16BigEndian(signed.AsSpan(AdditionalCountAt), (ushort)(Read(message, AdditionalCountAt) + 1));
        return signed;
    }

    /// <summary>What is signed besides the message (RFC 8945 section 4.3.3); of a message after the first only its times.</summary>
    public byte[] Variables(bool timesOnly)
    {
        var times = new byte[8];
        BinaryPrimitives.WriteUInt16BigEndian(times, (ushort)(Time >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(times.AsSpan(2), (uint)Time);
        BinaryPrimitives.WriteUInt16BigEndian(times.AsSpan(6), Fudge);
        if (timesOnly)
            return times;
        return
        [
            .. Name, 0, (byte)AnyClass, 0, 0, 0, 0, .. Algorithm, .. times,
            .. Two((ushort)Error), .. Two((ushort)Other.Length), .. Other,
        ];
    }

    private byte[] Data() =>
    [
        .. Algorithm, .. Variables(timesOnly: true), .. Two((ushort)Mac.Length), .. Mac,
        .. Two(OriginalId), .. Two((ushort)Error), .. Two((ushort)Other.Length), .. Other,
    ];

    private static TsigRecord ReadData(ref WireReader reader, byte[] name)
    {
        var algorithm = reader.Name();
        var time = ((long)reader.UInt16() << 32) | reader.UInt32();
        var fudge = reader.UInt16();
        var mac = reader.Octets(reader.UInt16());
        var id = reader.UInt16();
        var error = (TsigError)reader.UInt16();
        return new TsigRecord(name, algorithm, time, fudge, mac, id, error, reader.Octets(reader.UInt16()));
    }

    private static ushort Read(ReadOnlySpan<byte> message, int at) => BinaryPrimitives.ReadUInt16BigEndian(message[at..]);

    private static byte[] Two(ushort value) => [(byte)(value >> 8), (byte)value];
}

/// <summary>What is wrong with a signature (RFC 8945 section 3).</summary>
internal enum TsigError : ushort
{
    None = 0,
    BadSignature = 16,
    BadKey = 17,
    BadTime = 18,
    BadTruncation = 22,
}

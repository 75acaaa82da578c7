using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Cirrus.Dns.Signatures;

/// <summary>The keys we share with secondaries, and whether a message is signed with one of them.</summary>
internal sealed class TsigKeyRing(IOptions<DnsOptions> options, TimeProvider time)
{
    private const int LeastMac = 10;
    private const byte ResponseFlag = 0x80;
    private const byte FormatError = 1;
    private const byte NotAuthenticated = 9;

    private readonly IReadOnlyList<TsigKey> _keys = [.. options.Value.TsigKeys.Select(k => new TsigKey(k))];

    /// <summary>Whether transfers must be signed.</summary>
    public bool IsRequired => _keys.Count > 0;

    public TsigKey? Find(string name) => _keys.FirstOrDefault(k => k.Text == name);

    /// <summary>For a request of our own; null: it is not signed.</summary>
    public TsigSigner? SignerFor(string keyName) => Find(keyName) is { } key ? new TsigSigner(key, time, []) : null;

    /// <summary>Looks at a query's signature, if it has one.</summary>
    public SignedQuery Check(ReadOnlySpan<byte> query)
    {
        var (isReadable, message, record) = TsigRecord.TakeFrom(query);
        if (!isReadable)
            // What is wrong with it altogether is found where it is read.
            return new SignedQuery(query.ToArray(), null, null, null);
        if (record is null)
            return new SignedQuery(message, null, null, null);

        var key = _keys.FirstOrDefault(k => k.Name.AsSpan().SequenceEqual(record.Name) && k.Algorithm.AsSpan().SequenceEqual(record.Algorithm));
        var id = BinaryPrimitives.ReadUInt16BigEndian(query);
        if (key is null)
            return Refused(Failure(message, id, NotAuthenticated, record, TsigError.BadKey));
        if (record.Mac.Length > key.MacLength || record.Mac.Length < Math.Max(LeastMac, key.MacLength / 2))
            return Refused(Header(message, id, FormatError));
        var mac = TsigSigner.Mac(key, [], message, record, false);
        if (!CryptographicOperations.FixedTimeEquals(mac.AsSpan(0, record.Mac.Length), record.Mac))
            return Refused(Failure(message, id, NotAuthenticated, record, TsigError.BadSignature));

        var signer = new TsigSigner(key, time, record.Mac);
        var refusal = Header(message, id, NotAuthenticated);
        if (!TsigSigner.IsTimely(record, time))
            return Refused(signer.Sign(refusal, TsigError.BadTime, record.Time, Now()));
        if (record.Mac.Length < key.MacLength)
            return Refused(signer.Sign(refusal, TsigError.BadTruncation));
        BinaryPrimitives.WriteUInt16BigEndian(message, id);
        return new SignedQuery(message, key, signer, null);
    }

    private static SignedQuery Refused(byte[] response) => new([], null, null, response);

    // Not signed: there is no key that both know, or whoever asks may not have it (RFC 8945 section 5.3.2).
    private static byte[] Failure(byte[] message, ushort id, byte code, TsigRecord record, TsigError error) =>
        (record with { Mac = [], OriginalId = id, Error = error, Other = [] }).AddTo(Header(message, id, code));

    // The question is given back, nothing else.
    private static byte[] Header(byte[] message, ushort id, byte code)
    {
        var reader = new WireReader(message);
        reader.Skip(12);
        var questions = BinaryPrimitives.ReadUInt16BigEndian(message.AsSpan(4));
        for (var i = 0; i < questions; i++)
            reader.SkipQuestion();
        var response = message[..reader.Position];
        BinaryPrimitives.WriteUInt16BigEndian(response, id);
        response[2] |= ResponseFlag;
        response[3] = code;
        response.AsSpan(6, 6).Clear();
        return response;
    }

    private byte[] Now()
    {
        var now = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(now, time.GetUtcNow().ToUnixTimeSeconds());
        return now[2..];
    }
}

/// <summary>A query without its signature.</summary>
/// <param name="Key">With which it is signed; null: it is not.</param>
/// <param name="Signer">For its responses.</param>
/// <param name="Refusal">All there is to say to a query that is signed wrongly.</param>
internal sealed record SignedQuery(byte[] Message, TsigKey? Key, TsigSigner? Signer, byte[]? Refusal);

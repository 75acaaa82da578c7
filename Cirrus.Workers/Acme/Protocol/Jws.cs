using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Cirrus.Workers.Acme.Protocol;

/// <summary>Signed requests: flattened JWS in JSON (RFC 7515 section 7.2.2, RFC 8555 section 6.2).</summary>
internal static class Jws
{
    /// <summary>A request of an account; of the key alone, which the header then shows, when it has no account yet.</summary>
    public static byte[] Request(SigningKey key, Uri? account, string nonce, Uri url, ReadOnlySpan<byte> payload) =>
        Flatten(Header(key.Algorithm, account?.AbsoluteUri, account is null ? key.Jwk : null, nonce, url), payload, input => key.Sign(input));

    /// <summary>What stands inside a request: signed by a key that shows itself, without a nonce (RFC 8555 section 7.3.5).</summary>
    public static byte[] Inner(SigningKey key, Uri url, ReadOnlySpan<byte> payload) =>
        Flatten(Header(key.Algorithm, null, key.Jwk, null, url), payload, input => key.Sign(input));

    /// <summary>An account's key, signed with the secret a customer has of the CA (RFC 8555 section 7.3.4).</summary>
    public static byte[] Binding(ExternalAccount external, SigningKey accountKey, Uri url)
    {
        var secret = external.HmacKey();
        var header = Header("HS256", external.KeyId, null, null, url);
        return Flatten(header, Encoding.ASCII.GetBytes(accountKey.Jwk), input => HMACSHA256.HashData(secret, input));
    }

    private static byte[] Header(string algorithm, string? keyId, string? jwk, string? nonce, Uri url) => Write(header =>
    {
        header.WriteString("alg", algorithm);
        if (keyId is not null)
            header.WriteString("kid", keyId);
        if (jwk is not null)
        {
            header.WritePropertyName("jwk");
            header.WriteRawValue(jwk);
        }
        if (nonce is not null)
            header.WriteString("nonce", nonce);
        header.WriteString("url", url.AbsoluteUri);
    });

    private static byte[] Flatten(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload, Func<byte[], byte[]> sign)
    {
        var (encodedHeader, encodedPayload) = (Base64Url.EncodeToString(header), Base64Url.EncodeToString(payload));
        var signature = sign(Encoding.ASCII.GetBytes($"{encodedHeader}.{encodedPayload}"));
        return Write(jws =>
        {
            jws.WriteString("protected", encodedHeader);
            jws.WriteString("payload", encodedPayload);
            jws.WriteString("signature", Base64Url.EncodeToString(signature));
        });
    }

    private static byte[] Write(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            members(writer);
            writer.WriteEndObject();
        }
        return buffer.WrittenSpan.ToArray();
    }
}

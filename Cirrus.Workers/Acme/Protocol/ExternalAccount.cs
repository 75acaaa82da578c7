using System.Buffers.Text;

namespace Cirrus.Workers.Acme.Protocol;

/// <summary>Binds a new account to one that the CA's customer has elsewhere (RFC 8555 section 7.3.4).</summary>
/// <remarks>A class, not a record: a record would print its secret.</remarks>
/// <param name="keyId">As the CA gave it.</param>
/// <param name="hmacKey">As the CA gave it: base64url.</param>
internal sealed class ExternalAccount(string keyId, string hmacKey)
{
    public string KeyId => keyId;

    /// <summary>The secret's octets; an exception, without the text, when it isn't base64url.</summary>
    public byte[] HmacKey()
    {
        try
        {
            // Some CAs show it in plain base64.
            return Base64Url.DecodeFromChars(hmacKey.Trim().TrimEnd('=').Replace('+', '-').Replace('/', '_'));
        }
        catch (FormatException)
        {
            throw new AcmeException($"The HMAC key of the external account {keyId} is not base64url.");
        }
    }

    public override string ToString() => $"external account {keyId}";
}

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Cirrus.Workers.Acme.Protocol;

/// <summary>The key that an account is.</summary>
internal sealed class AccountKey : IDisposable
{
    private readonly SigningKey _key;

    private AccountKey(SigningKey key) => _key = key;

    public SigningKey Signing => _key;

    /// <summary>A new one, on P-256.</summary>
    public static AccountKey Create() => new(new SigningKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)));

    /// <summary>Reads what <see cref="ToPem"/> wrote; other keys, RSA too, in PKCS #8 as well.</summary>
    public static AccountKey FromPem(string pem) => new(SigningKey.FromPem(pem));

    /// <summary>PKCS #8.</summary>
    public string ToPem() => _key.ToPem();

    /// <summary>What the CA looks for over HTTP; over DNS, for its digest (RFC 8555 section 8.1).</summary>
    public string KeyAuthorization(string token) => $"{token}.{_key.Thumbprint}";

    /// <summary>The TXT record that answers a dns-01 challenge (RFC 8555 section 8.4).</summary>
    public string TxtValue(string token) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(KeyAuthorization(token))));

    public void Dispose() => _key.Dispose();

    public override string ToString() => $"account key {_key.Thumbprint}";
}

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Cirrus.Workers.Acme.Protocol;

/// <summary>A key that signs requests: that of an account, or of a certificate that is revoked by it.</summary>
internal sealed class SigningKey : IDisposable
{
    private readonly AsymmetricAlgorithm _key;
    private readonly Lock _one = new();
    private readonly HashAlgorithmName _hash;

    /// <summary>Takes the key over.</summary>
    public SigningKey(AsymmetricAlgorithm key)
    {
        _key = key;
        (Algorithm, _hash, Jwk) = key switch
        {
            ECDsa { KeySize: 256 } ecdsa => ("ES256", HashAlgorithmName.SHA256, EcJwk(ecdsa, "P-256")),
            ECDsa { KeySize: 384 } ecdsa => ("ES384", HashAlgorithmName.SHA384, EcJwk(ecdsa, "P-384")),
            RSA rsa => ("RS256", HashAlgorithmName.SHA256, RsaJwk(rsa)),
            _ => throw new NotSupportedException("A key that signs must be RSA, or EC on P-256 or P-384."),
        };
        Thumbprint = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(Jwk)));
    }

    /// <summary>As a JWS header names it (RFC 7518 section 3.1).</summary>
    public string Algorithm { get; }

    /// <summary>The public key as JSON (RFC 7517), in the one form that has a thumbprint: required members only, in order.</summary>
    public string Jwk { get; }

    /// <summary>RFC 7638.</summary>
    public string Thumbprint { get; }

    public static SigningKey FromPem(string pem)
    {
        foreach (var create in new Func<AsymmetricAlgorithm>[] { ECDsa.Create, RSA.Create })
        {
            var key = create();
            try
            {
                key.ImportFromPem(pem);
                return new SigningKey(key);
            }
            catch (Exception e) when (e is CryptographicException or ArgumentException)
            {
                key.Dispose();
            }
        }
        throw new CryptographicException("The key is not one private key in PEM, RSA or EC.");
    }

    public string ToPem() => _key.ExportPkcs8PrivateKeyPem();

    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        // Orders of one account run side by side; the classes of the platform promise nothing for that.
        lock (_one)
        {
            return _key switch
            {
                ECDsa ecdsa => ecdsa.SignData(data, _hash, DSASignatureFormat.IeeeP1363FixedFieldConcatenation),
                RSA rsa => rsa.SignData(data, _hash, RSASignaturePadding.Pkcs1),
                _ => throw new NotSupportedException(),
            };
        }
    }

    public void Dispose() => _key.Dispose();

    private static string EcJwk(ECDsa key, string curve)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return $$"""{"crv":"{{curve}}","kty":"EC","x":"{{Base64Url.EncodeToString(point.X)}}","y":"{{Base64Url.EncodeToString(point.Y)}}"}""";
    }

    private static string RsaJwk(RSA key)
    {
        var parameters = key.ExportParameters(includePrivateParameters: false);
        return $$"""{"e":"{{Base64Url.EncodeToString(parameters.Exponent)}}","kty":"RSA","n":"{{Base64Url.EncodeToString(parameters.Modulus)}}"}""";
    }
}

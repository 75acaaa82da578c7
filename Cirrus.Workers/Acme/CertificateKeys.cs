using System.Security.Cryptography;
using Cirrus.Core.Domains;

namespace Cirrus.Workers.Acme;

/// <summary>Private keys of certificates, in PEM (PKCS #8).</summary>
internal static class CertificateKeys
{
    public static string Create(CertificateKeyType type)
    {
        using AsymmetricAlgorithm key = type switch
        {
            CertificateKeyType.EcdsaP256 => ECDsa.Create(ECCurve.NamedCurves.nistP256),
            CertificateKeyType.Rsa2048 => RSA.Create(2048),
            CertificateKeyType.Rsa4096 => RSA.Create(4096),
            _ => throw new ArgumentOutOfRangeException(nameof(type)),
        };
        return key.ExportPkcs8PrivateKeyPem();
    }

    public static AsymmetricAlgorithm Read(string pem)
    {
        var ecdsa = ECDsa.Create();
        try
        {
            ecdsa.ImportFromPem(pem);
            return ecdsa;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            ecdsa.Dispose();
        }
        var rsa = RSA.Create();
        rsa.ImportFromPem(pem);
        return rsa;
    }
}

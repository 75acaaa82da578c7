using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Cirrus.Tests.Programs;

/// <summary>Certificates made for a test.</summary>
internal static class TestCertificate
{
    /// <summary>A certificate of an authority of its own, leaf first, and its key, both PEM.</summary>
    public static (string Fullchain, string Key) Make(
        string[] names, AsymmetricAlgorithm? key = null, DateTimeOffset? notBefore = null, DateTimeOffset? notAfter = null)
    {
        var now = DateTimeOffset.UtcNow;
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var authority = new CertificateRequest("CN=Test authority", authorityKey, HashAlgorithmName.SHA256);
        authority.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var issuer = authority.CreateSelfSigned(now.AddYears(-10), now.AddYears(10));

        using var own = key is null ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : null;
        var leafKey = key ?? own!;
        var request = leafKey switch
        {
            RSA rsa => new CertificateRequest("CN=leaf", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            ECDsa ecdsa => new CertificateRequest("CN=leaf", ecdsa, HashAlgorithmName.SHA256),
            _ => throw new ArgumentException("Neither RSA nor EC.", nameof(key)),
        };
        if (names.Length > 0)
        {
            var alternatives = new SubjectAlternativeNameBuilder();
            foreach (var name in names)
                alternatives.AddDnsName(name);
            request.CertificateExtensions.Add(alternatives.Build());
        }
        using var leaf = request.Create(
            issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(authorityKey), notBefore ?? now.AddDays(-1), notAfter ?? now.AddDays(90),
            RandomNumberGenerator.GetBytes(16));
        return ($"{leaf.ExportCertificatePem()}\n{issuer.ExportCertificatePem()}\n", leafKey.ExportPkcs8PrivateKeyPem());
    }
}

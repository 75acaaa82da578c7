using System.Security.Cryptography;
using Cirrus.Core.Certificates;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Core;

public sealed class CertificateCheckTests
{
    private const string End = "-----END CERTIFICATE-----\n";
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    [Theory]
    [InlineData("www.example.test", "www.example.test", true)]
    [InlineData("WWW.example.TEST", "www.example.test", true)]
    [InlineData("*.example.test", "www.example.test", true)]
    [InlineData("*.example.test", "*.example.test", true)]
    [InlineData("*.example.test", "a.www.example.test", false)]
    [InlineData("*.example.test", "example.test", false)]
    [InlineData("www.example.test", "*.example.test", false)]
    [InlineData("*.test", "*.example.test", false)]
    [InlineData("*.example.test", "www.badexample.test", false)]
    public void A_name_stands_for_itself_and_a_wildcard_for_one_label(string name, string domain, bool covers)
    {
        // By RFC 9525 a wildcard presented as a domain's own name matches only itself.
        Assert.Equal(covers, CertificateCheck.Covers(name, domain));
    }

    [Fact]
    public void A_good_certificate_passes_with_every_kind_of_key()
    {
        foreach (var key in new AsymmetricAlgorithm[]
                 {
                     RSA.Create(2048), ECDsa.Create(ECCurve.NamedCurves.nistP256), ECDsa.Create(ECCurve.NamedCurves.nistP384),
                 })
        {
            var (fullchain, pem) = TestCertificate.Make(["a.test", "*.b.test"], key);
            var passed = CertificateCheck.Check(fullchain, pem, "x.b.test", "operator", Now, out var faults);
            Assert.Empty(faults);
            Assert.Equal(["a.test", "*.b.test"], passed!.Summary.Names);
            Assert.Equal("CN=Test authority", passed.Summary.Issuer);
            Assert.Equal(64, passed.Summary.Fingerprint.Length);
            key.Dispose();
        }
    }

    [Fact]
    public void A_key_in_its_traditional_form_passes()
    {
        using var rsa = RSA.Create(2048);
        var (fullchain, _) = TestCertificate.Make(["a.test"], rsa);
        Assert.NotNull(CertificateCheck.Check(fullchain, rsa.ExportRSAPrivateKeyPem(), "a.test", "operator", Now, out _));
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        (fullchain, _) = TestCertificate.Make(["a.test"], ec);
        Assert.NotNull(CertificateCheck.Check(fullchain, ec.ExportECPrivateKeyPem(), "a.test", "operator", Now, out _));
    }

    [Fact]
    public void What_is_wrong_is_told_of_the_part_that_it_is_in()
    {
        using var rsa1024 = RSA.Create(1024);
        using var p521 = ECDsa.Create(ECCurve.NamedCurves.nistP521);
        var good = TestCertificate.Make(["a.test"]);
        var other = TestCertificate.Make(["a.test"]);
        var expired = TestCertificate.Make(["a.test"], notBefore: Now.AddDays(-9), notAfter: Now.AddDays(-1));
        var future = TestCertificate.Make(["a.test"], notBefore: Now.AddDays(1));
        var reversed = string.Join('\n', good.Fullchain.Split(End, StringSplitOptions.RemoveEmptyEntries).Reverse().Select(c => c + End));

        Assert.Equal([CertificatePart.Fullchain], Faulty(TestCertificate.Make(["b.test"])));
        Assert.Equal([CertificatePart.Fullchain], Faulty(TestCertificate.Make([])));
        Assert.Equal([CertificatePart.Fullchain], Faulty(TestCertificate.Make(["a.test"], rsa1024)));
        Assert.Equal([CertificatePart.Fullchain], Faulty(TestCertificate.Make(["a.test"], p521)));
        Assert.Equal([CertificatePart.Fullchain], Faulty(expired));
        Assert.Equal([CertificatePart.Fullchain], Faulty(future));
        Assert.Equal([CertificatePart.Fullchain], Faulty(("", good.Key)));
        Assert.Equal([CertificatePart.Fullchain], Faulty((reversed, good.Key)));
        Assert.Equal([CertificatePart.Fullchain], Faulty((good.Fullchain + good.Key, good.Key)));
        Assert.Equal([CertificatePart.Fullchain], Faulty((good.Fullchain.Replace("MII", "!!!", StringComparison.Ordinal), good.Key)));
        Assert.Equal([CertificatePart.Key], Faulty((good.Fullchain, other.Key)));
        Assert.Equal([CertificatePart.Key], Faulty((good.Fullchain, "nonsense")));
        Assert.Equal([CertificatePart.Key], Faulty((good.Fullchain, rsa1024.ExportSubjectPublicKeyInfoPem())));
        Assert.Equal([CertificatePart.Key], Faulty((good.Fullchain, rsa1024.ExportEncryptedPkcs8PrivateKeyPem(
            "secret", new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)))));
        Assert.Equal([CertificatePart.Fullchain, CertificatePart.Key], Faulty((expired.Fullchain, "nonsense")));
    }

    [Fact]
    public void An_issuer_by_name_alone_is_none()
    {
        var good = TestCertificate.Make(["a.test"]);
        var namesake = TestCertificate.Make(["a.test"]);
        var (leaf, issuer) = (good.Fullchain.Split(End)[0], namesake.Fullchain.Split(End)[1]);

        Assert.Null(CertificateCheck.Check($"{leaf}{End}{issuer}{End}", good.Key, "a.test", "operator", Now, out var faults));

        Assert.Equal("Certificate 2 of the chain is not the issuer of the one before it.", Assert.Single(faults).Message);
    }

    private static CertificatePart[] Faulty((string Fullchain, string Key) certificate)
    {
        Assert.Null(CertificateCheck.Check(certificate.Fullchain, certificate.Key, "a.test", "operator", Now, out var faults));
        return [.. faults.Select(f => f.Part).Distinct().Order()];
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Cirrus.Tests.Programs;
using Cirrus.Workers.Acme.Protocol;

namespace Cirrus.Tests.Workers.Acme;

/// <summary>What is made of certificates and for them, without a CA.</summary>
public sealed class CertificateFormsTests
{
    // RFC 9773 appendix A.
    private const string Example = """
        -----BEGIN CERTIFICATE-----
        MIIBQzCB66ADAgECAgUAh2VDITAKBggqhkjOPQQDAjAVMRMwEQYDVQQDEwpFeGFt
        cGxlIENBMCIYDzAwMDEwMTAxMDAwMDAwWhgPMDAwMTAxMDEwMDAwMDBaMBYxFDAS
        BgNVBAMTC2V4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEeBZu
        7cbpAYNXZLbbh8rNIzuOoqOOtmxA1v7cRm//AwyMwWxyHz4zfwmBhcSrf47NUAFf
        qzLQ2PPQxdTXREYEnKMjMCEwHwYDVR0jBBgwFoAUaYhba4dGQEHhs3uEe6CuLN4B
        yNQwCgYIKoZIzj0EAwIDRwAwRAIge09+S5TZAlw5tgtiVvuERV6cT4mfutXIlwTb
        +FYN/8oCIClDsqBklhB9KAelFiYt9+6FDj3z4KGVelYM5MdsO3pK
        -----END CERTIFICATE-----
        """;

    [Fact]
    public void The_id_of_the_certificate_in_RFC_9773_is_the_one_in_the_RFC()
    {
        using var certificate = X509Certificate2.CreateFromPem(Example);

        Assert.Equal("aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE", CertificateId.Of(certificate));
    }

    [Fact]
    public void A_certificate_that_names_no_key_of_its_issuer_has_no_id()
    {
        using var certificate = X509Certificate2.CreateFromPem(TestCertificate.Make(["www.example.com"]).Fullchain);

        Assert.Null(CertificateId.Of(certificate));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2048)]
    public void A_request_asks_for_all_names_with_the_key_it_is_signed_by(int rsaBits)
    {
        using AsymmetricAlgorithm key = rsaBits > 0 ? RSA.Create(rsaBits) : ECDsa.Create(ECCurve.NamedCurves.nistP256);

        var read = CertificateRequest.LoadSigningRequest(
            CertificateRequests.Create(key, ["example.com", "*.example.com", "xn--bcher-kva.example"]), HashAlgorithmName.SHA256,
            CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions, RSASignaturePadding.Pkcs1);

        var names = read.CertificateExtensions.OfType<X509SubjectAlternativeNameExtension>().Single().EnumerateDnsNames();
        Assert.Equal(["example.com", "*.example.com", "xn--bcher-kva.example"], names);
        Assert.Equal(key.ExportSubjectPublicKeyInfo(), read.PublicKey.ExportSubjectPublicKeyInfo());
        Assert.Equal("", read.SubjectName.Name);
    }

    [Fact]
    public void A_chain_is_its_certificates_and_nothing_else()
    {
        var (chain, key) = TestCertificate.Make(["www.example.com"]);

        var read = IssuedChain.Read($"# a comment\n{chain}{key}")!;

        Assert.Equal("Test authority", read.Issuer);
        Assert.True(read.LeadsTo("test authority"));
        Assert.False(read.LeadsTo("Test"));
        Assert.DoesNotContain("PRIVATE", read.Pem, StringComparison.Ordinal);
        Assert.Equal(2, read.Pem.Split("BEGIN CERTIFICATE").Length - 1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public void What_is_no_chain_is_none(string text) => Assert.Null(IssuedChain.Read(text));

    [Fact]
    public void Alternates_are_found_among_other_links()
    {
        var found = Links.Find(
        [
            "<https://ca.example/dir>;rel=\"index\"",
            "<https://ca.example/cert/1/1>;rel=\"alternate\", </cert/1/2>; title=\"x, y\"; rel=alternate",
            "<https://ca.example/both>; rel=\"up alternate\", <https://ca.example/no>; rel=\"alternates\"",
            "rubbish; rel=alternate",
        ], "alternate", new Uri("https://ca.example/cert/1"));

        Assert.Equal(["https://ca.example/cert/1/1", "https://ca.example/cert/1/2", "https://ca.example/both"], found.Select(u => u.AbsoluteUri));
    }
}

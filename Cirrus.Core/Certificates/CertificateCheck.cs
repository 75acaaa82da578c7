using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Cirrus.Core.Certificates;

/// <summary>Whether a chain and a key are what clients of a domain will accept (RFC 5280, RFC 7468, RFC 9525).</summary>
public static class CertificateCheck
{
    private const int LeastRsaBits = 2048;
    private static readonly string[] Curves = ["1.2.840.10045.3.1.7", "1.3.132.0.34"];

    /// <summary>Checks a certificate for a domain.</summary>
    /// <param name="fullchain">PEM, the leaf first, each followed by the one that issued it.</param>
    /// <param name="key">PEM of the leaf's private key, not encrypted.</param>
    /// <param name="domain">Normalised name; may be a wildcard of one label.</param>
    /// <param name="source">See <see cref="CertificateSummary.Source"/>.</param>
    /// <param name="skew">How far the clock of whoever issued it may be ahead of ours.</param>
    /// <param name="faults">Everything that is wrong; empty when a certificate is returned.</param>
    public static CheckedCertificate? Check(
        string fullchain, string key, string domain, string source, DateTimeOffset now, out IReadOnlyList<CertificateFault> faults, TimeSpan skew = default)
    {
        var found = new List<CertificateFault>();
        faults = found;
        using var privateKey = PrivateKey.Read(key, out var keyProblem);
        if (keyProblem is not null)
            found.Add(new CertificateFault(CertificatePart.Key, keyProblem));

        var chain = new X509Certificate2Collection();
        try
        {
            if (ReadChain(fullchain, chain) is { } problem)
            {
                found.Add(new CertificateFault(CertificatePart.Fullchain, problem));
                return null;
            }
            var leaf = chain[0];
            var names = Names(leaf);
            found.AddRange(LeafProblems(leaf, names, domain, now, skew).Select(p => new CertificateFault(CertificatePart.Fullchain, p)));
            if (privateKey is not null && !privateKey.PublicKey.AsSpan().SequenceEqual(leaf.PublicKey.ExportSubjectPublicKeyInfo()))
                found.Add(new CertificateFault(CertificatePart.Key, "The key is not that of the first certificate of the chain."));
            return found.Count > 0
                ? null
                : new CheckedCertificate(
                    new CertificateSummary(
                        names, leaf.IssuerName.Name, leaf.NotBefore.ToUniversalTime(), leaf.NotAfter.ToUniversalTime(),
                        Convert.ToHexStringLower(SHA256.HashData(leaf.RawData)), source),
                    string.Join('\n', chain.Select(c => c.ExportCertificatePem())), privateKey!.ToPem());
        }
        finally
        {
            foreach (var certificate in chain)
                certificate.Dispose();
        }
    }

    /// <summary>Whether a name of a certificate stands for a domain: itself, or by a wildcard for one label (RFC 9525 section 6.3).</summary>
    public static bool Covers(string name, string domain) =>
        string.Equals(name, domain, StringComparison.OrdinalIgnoreCase)
        || (name.StartsWith("*.", StringComparison.Ordinal) && domain.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot
            && string.Equals(name[1..], domain[dot..], StringComparison.OrdinalIgnoreCase));

    private static string? ReadChain(string fullchain, X509Certificate2Collection chain)
    {
        if (fullchain.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
            return "The chain contains a private key, which belongs into keyPem alone.";
        try
        {
            chain.ImportFromPem(fullchain);
        }
        catch (CryptographicException)
        {
            return "The chain is not a sequence of certificates in PEM.";
        }
        if (chain.Count == 0)
            return "The chain contains no certificate in PEM.";
        for (var i = 1; i < chain.Count; i++)
        {
            if (!IsIssuedBy(chain[i - 1], chain[i]))
                return $"Certificate {i + 1} of the chain is not the issuer of the one before it.";
        }
        return null;
    }

    // Not only by its name: the framework puts the second into the chain of the first, and then has checked the signature. Whether anybody
    // trusts either is not the question.
    private static bool IsIssuedBy(X509Certificate2 certificate, X509Certificate2 issuer)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(issuer);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.Build(certificate);
        return chain.ChainElements is [var first, var second, ..]
            && second.Certificate.RawDataMemory.Span.SequenceEqual(issuer.RawData)
            && first.ChainElementStatus.All(s => s.Status != X509ChainStatusFlags.NotSignatureValid);
    }

    private static IEnumerable<string> LeafProblems(X509Certificate2 leaf, IReadOnlyList<string> names, string domain, DateTimeOffset now, TimeSpan skew)
    {
        if (!names.Any(n => Covers(n, domain)))
        {
            yield return names.Count == 0
                ? "The certificate names no host."
                : $"The certificate is for {string.Join(", ", names.Take(5))}, not for {domain}.";
        }
        if (leaf.NotAfter.ToUniversalTime() <= now.UtcDateTime)
            yield return $"The certificate expired at {leaf.NotAfter.ToUniversalTime():u}.";
        if (leaf.NotBefore.ToUniversalTime() > now.UtcDateTime + skew)
            yield return $"The certificate is not valid before {leaf.NotBefore.ToUniversalTime():u}.";
        if (!IsStrong(leaf))
            yield return $"The certificate's key must be RSA of at least {LeastRsaBits} bits, or EC on P-256 or P-384.";
    }

    private static bool IsStrong(X509Certificate2 leaf)
    {
        using var rsa = leaf.GetRSAPublicKey();
        using var ecdsa = leaf.GetECDsaPublicKey();
        return rsa?.KeySize >= LeastRsaBits || (ecdsa is not null && Curves.Contains(ecdsa.ExportParameters(false).Curve.Oid.Value));
    }

    private static IReadOnlyList<string> Names(X509Certificate2 leaf) =>
        [.. leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(e => e.EnumerateDnsNames())];
}

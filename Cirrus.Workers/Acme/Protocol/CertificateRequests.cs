using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Cirrus.Workers.Acme.Protocol;

/// <summary>What a CA gets to sign (PKCS #10, RFC 2986).</summary>
internal static class CertificateRequests
{
    /// <summary>A request for all names, in DER. The subject stays empty: the names that count are the alternative ones.</summary>
    public static byte[] Create(AsymmetricAlgorithm key, IReadOnlyList<string> names)
    {
        var subject = new X500DistinguishedName("");
        var request = key switch
        {
            ECDsa ecdsa => new CertificateRequest(subject, ecdsa, HashAlgorithmName.SHA256),
            RSA rsa => new CertificateRequest(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            _ => throw new NotSupportedException("A certificate's key must be RSA or EC."),
        };
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
            alternatives.AddDnsName(name);
        request.CertificateExtensions.Add(alternatives.Build());
        return request.CreateSigningRequest();
    }
}

using System.Text.Json.Serialization;
using Cirrus.Core.Changes;

namespace Cirrus.Core.Certificates;

/// <summary>What may be shown of a certificate: everything but the private key.</summary>
/// <param name="Names">Host names it is for (subjectAltName, RFC 5280 section 4.2.1.6).</param>
/// <param name="Issuer">Distinguished name, RFC 4514.</param>
/// <param name="Fingerprint">SHA-256 of the leaf's DER, in hexadecimal digits.</param>
/// <param name="Source">Where it comes from, one of <see cref="CertificateSource"/>.</param>
/// <param name="Authority">Name of the authority as the options call it, of one that Cirrus ordered.</param>
/// <param name="RenewalId">By which the authority knows it when asked for the time of its renewal (RFC 9773 section 4.1), of one that Cirrus ordered.</param>
public sealed record CertificateSummary(
    IReadOnlyList<string> Names, string Issuer, DateTimeOffset NotBefore, DateTimeOffset NotAfter, string Fingerprint, string Source,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Authority = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? RenewalId = null);

/// <summary>Where certificates come from.</summary>
public static class CertificateSource
{
    /// <summary>One of an operator's own.</summary>
    public const string Operator = "operator";

    /// <summary>Ordered by Cirrus.</summary>
    public const string Acme = "acme";
}

/// <summary>The certificate of a domain as stored, without its key.</summary>
/// <param name="Revision">1 for the first, one more with each that replaces it, or comes within 30 days of its deletion.</param>
/// <param name="Present">The change since which the domain has had a certificate without a gap: who has applied it, has one.</param>
public sealed record StoredCertificate(CertificateSummary Summary, int Revision, ChangeId Present);

/// <summary>A certificate that has passed <see cref="CertificateCheck"/>.</summary>
public sealed record CheckedCertificate(CertificateSummary Summary, string FullchainPem, string KeyPem);

/// <summary>Which of the two texts is at fault.</summary>
public enum CertificatePart
{
    Fullchain,
    Key,
}

/// <summary>What is wrong with a certificate; never carries any of the key.</summary>
public sealed record CertificateFault(CertificatePart Part, string Message);

using System.Buffers.Text;
using System.Security.Cryptography.X509Certificates;

namespace Cirrus.Workers.Acme.Protocol;

/// <summary>What a CA calls a certificate when it speaks of renewals (RFC 9773 section 4.1).</summary>
internal static class CertificateId
{
    /// <summary>Null for a certificate that does not say which key signed it.</summary>
    public static string? Of(X509Certificate2 certificate)
    {
        var authority = certificate.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().FirstOrDefault()?.KeyIdentifier;
        return authority is { } key
            ? $"{Base64Url.EncodeToString(key.Span)}.{Base64Url.EncodeToString(certificate.SerialNumberBytes.Span)}"
            : null;
    }
}

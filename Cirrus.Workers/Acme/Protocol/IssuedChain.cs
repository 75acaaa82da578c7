using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Cirrus.Workers.Acme.Protocol;

/// <summary>A certificate with those that lead to a root.</summary>
/// <param name="Pem">The certificate first.</param>
/// <param name="Issuer">Common name of the root it leads to: the issuer of the last certificate.</param>
internal sealed record IssuedChain(string Pem, string Issuer)
{
    public bool LeadsTo(string root) => string.Equals(Issuer, root, StringComparison.OrdinalIgnoreCase);

    /// <summary>Null when the text is no chain of certificates. What else is in it (RFC 8555 section 9.1) is left out.</summary>
    public static IssuedChain? Read(string pem)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
            return certificates.Count == 0
                ? null
                : new IssuedChain(
                    string.Concat(certificates.Select(c => c.ExportCertificatePem() + "\n")),
                    certificates[^1].GetNameInfo(X509NameType.SimpleName, forIssuer: true));
        }
        catch (CryptographicException)
        {
            return null;
        }
        finally
        {
            foreach (var certificate in certificates)
                certificate.Dispose();
        }
    }
}

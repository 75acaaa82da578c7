using System.Security.Cryptography;

namespace Cirrus.Core.Certificates;

/// <summary>A private key in PEM (RFC 7468), known only by the public key that belongs to it.</summary>
internal sealed class PrivateKey(AsymmetricAlgorithm key) : IDisposable
{
    /// <summary>SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7).</summary>
    public byte[] PublicKey { get; } = key.ExportSubjectPublicKeyInfo();

    /// <summary>PKCS #8 (RFC 5958): the one form in which keys are kept.</summary>
    public string ToPem() => key.ExportPkcs8PrivateKeyPem();

    /// <summary>Reads a key.</summary>
    /// <param name="problem">What is wrong, when null is returned; nothing of the text itself.</param>
    public static PrivateKey? Read(string pem, out string? problem)
    {
        problem = null;
        if (pem.Contains("ENCRYPTED", StringComparison.Ordinal))
        {
            problem = "The key is encrypted; give it without a passphrase.";
            return null;
        }
        // A public key alone would be read as well.
        var isPrivate = pem.Contains("PRIVATE KEY-----", StringComparison.Ordinal);
        foreach (var algorithm in isPrivate ? new Func<AsymmetricAlgorithm>[] { RSA.Create, ECDsa.Create } : [])
        {
            var key = algorithm();
            try
            {
                key.ImportFromPem(pem);
                return new PrivateKey(key);
            }
            catch (Exception e) when (e is CryptographicException or ArgumentException)
            {
                key.Dispose();
            }
        }
        problem = "The key is not one private key in PEM, RSA or EC.";
        return null;
    }

    public void Dispose() => key.Dispose();
}

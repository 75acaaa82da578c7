using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Cirrus.Workers.Acme.Protocol;

/// <summary>HTTP as it is spoken with CAs.</summary>
internal static class AcmeHttp
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <param name="caBundle">PEM file of roots that are trusted beside the system's: a CA of one's own.</param>
    public static HttpClient Create(string? caBundle = null) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        // Our traces are nothing to a CA.
        ActivityHeadersPropagator = null,
        SslOptions = caBundle is null
            ? new SslClientAuthenticationOptions()
            : new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = Trust(Read(caBundle)) },
    })
    {
        // Each exchange has a limit of its own.
        Timeout = Timeout.InfiniteTimeSpan,
    };

    private static X509Certificate2Collection Read(string caBundle)
    {
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPemFile(caBundle);
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new AcmeException($"The CA bundle {caBundle} can't be read: {e.Message}", inner: e);
        }
        return roots.Count > 0 ? roots : throw new AcmeException($"The CA bundle {caBundle} has no certificate in PEM.");
    }

    // A wrong name stays wrong; only who vouches for it may be another than the system knows.
    private static RemoteCertificateValidationCallback Trust(X509Certificate2Collection roots) => (_, shown, chain, errors) =>
    {
        if (errors == SslPolicyErrors.None)
            return true;
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || shown is null)
            return false;
        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(roots);
        own.ChainPolicy.ExtraStore.AddRange(chain!.ChainPolicy.ExtraStore);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        own.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        using var leaf = X509CertificateLoader.LoadCertificate(shown.GetRawCertData());
        return own.Build(leaf);
    };
}

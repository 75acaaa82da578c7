using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Cirrus.Tests.EndToEnd;

/// <summary>Shakes hands with one node as a browser would that trusts one authority: chain, dates and name must be right.</summary>
public sealed class TlsClient(string address, int port, string rootsFile)
{
    private readonly X509Certificate2Collection _roots = Roots(rootsFile);

    /// <summary>The certificate the node showed for a name.</summary>
    /// <exception cref="AuthenticationException">It showed none, or one that a browser would refuse.</exception>
    public async Task<X509Certificate2> HandshakeAsync(string name)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address, port);
        await using var stream = new SslStream(new NetworkStream(socket));
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(_roots);
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = name,
            CertificateChainPolicy = policy,
            AllowTlsResume = false,
        });
        return X509CertificateLoader.LoadCertificate(stream.RemoteCertificate!.GetRawCertData());
    }

    /// <summary>Whether a browser would accept what the node shows for a name.</summary>
    public async Task<bool> IsAcceptedAsync(string name)
    {
        try
        {
            using var certificate = await HandshakeAsync(name);
            return true;
        }
        catch (Exception e) when (e is AuthenticationException or IOException)
        {
            return false;
        }
    }

    private static X509Certificate2Collection Roots(string file)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(file);
        return roots;
    }
}

using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Cirrus.Tests.EndToEnd;

/// <summary>Shakes hands with one node as a browser would that trusts one authority: chain, dates and name must be right.</summary>
/// <param name="rootsFile">Null: whatever the node shows is accepted.</param>
public sealed class TlsClient(string address, int port, string? rootsFile)
{
    private readonly X509ChainPolicy? _policy = rootsFile is null ? null : Policy(rootsFile);

    /// <summary>The certificate the node showed for a name.</summary>
    /// <exception cref="AuthenticationException">It showed none, or one that a browser would refuse.</exception>
    public async Task<X509Certificate2> HandshakeAsync(string name, CancellationToken cancellation = default)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(address, port, cancellation);
        await using var stream = new SslStream(new NetworkStream(socket));
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = name,
                CertificateChainPolicy = _policy?.Clone(),
                RemoteCertificateValidationCallback = _policy is null ? (_, shown, _, _) => shown is not null : null,
                AllowTlsResume = false,
            },
            cancellation);
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

    private static X509ChainPolicy Policy(string rootsFile)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(rootsFile);
        return policy;
    }
}

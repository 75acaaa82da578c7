using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cirrus.AppHost.Health;

/// <summary>
/// Healthy when a server shows a certificate of the given authority, and has left a file that it leaves when it is ready. No request, because
/// Pebble writes a line for each.
/// </summary>
internal sealed class TlsCheck(EndpointReference server, string bundle, string sign) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (!File.Exists(bundle) || !File.Exists(sign))
            return HealthCheckResult.Unhealthy("its certificates are not there yet");
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(server.Host, server.Port, cancellationToken);
            using var tls = new SslStream(client.GetStream());
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = server.Host, CertificateChainPolicy = Trust(bundle) }, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception exception) when (exception is SocketException or IOException or AuthenticationException or CryptographicException)
        {
            return HealthCheckResult.Unhealthy(exception.Message);
        }
    }

    private static X509ChainPolicy Trust(string bundle)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(bundle);
        return policy;
    }
}

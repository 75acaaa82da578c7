using System.Buffers.Text;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Cirrus.Core.Certificates;

namespace Cirrus.Workers.Acme.Protocol;

/// <summary>Certificates: their chains (RFC 8555 section 7.4.2), their end (section 7.6), their renewal (RFC 9773).</summary>
internal sealed partial class AcmeClient
{
    private const int MostAlternates = 8;
    private const string Certificate = "the certificate";

    /// <summary>Fetches a chain.</summary>
    /// <param name="preferredIssuer">Common name of the root that the chain shall lead to. The CA's own choice is taken when none does.</param>
    public async Task<IssuedChain> DownloadAsync(
        AcmeAccount account, Uri certificate, string? preferredIssuer, CancellationToken cancellation)
    {
        var reply = await ReadAsync(account, certificate, Certificate, cancellation, AcmeChannel.Chain);
        var first = Chain(reply);
        if (preferredIssuer is null || first.LeadsTo(preferredIssuer))
            return first;
        foreach (var alternate in reply.Alternates.Take(MostAlternates))
        {
            var other = Chain(await ReadAsync(account, alternate, Certificate, cancellation, AcmeChannel.Chain));
            if (other.LeadsTo(preferredIssuer))
                return other;
        }
        return first;
    }

    /// <summary>Revokes a certificate of the account's; one that is revoked already is no error.</summary>
    public Task RevokeAsync(AcmeAccount account, X509Certificate2 certificate, RevocationReason reason, CancellationToken cancellation) =>
        RevokeAsync(account.Key.Signing, account.Url, certificate, reason, cancellation);

    /// <summary>Revokes a certificate with its own key, whoever has ordered it.</summary>
    public Task RevokeAsync(SigningKey certificateKey, X509Certificate2 certificate, RevocationReason reason, CancellationToken cancellation) =>
        RevokeAsync(certificateKey, null, certificate, reason, cancellation);

    /// <summary>When a certificate should be renewed; null when the CA tells nothing of renewals.</summary>
    /// <param name="certificateId">See <see cref="CertificateId"/>.</param>
    public async Task<RenewalInfo?> GetRenewalInfoAsync(string certificateId, CancellationToken cancellation)
    {
        const string What = "the renewal of a certificate";
        if ((await GetDirectoryAsync(cancellation)).RenewalInfo is not { } renewals)
            return null;
        var reply = await _channel.GetAsync(new Uri($"{renewals.AbsoluteUri.TrimEnd('/')}/{certificateId}"), What, cancellation);
        var document = _channel.Parse(reply, AcmeJson.Default.RenewalDocument, What);
        return document.SuggestedWindow is { Start: { } start, End: { } end } && start < end
            ? new RenewalInfo(start, end, document.ExplanationURL, RenewalInfo.CheckAgain(reply.RetryAfter, time.GetUtcNow()))
            : throw AcmeFailure.Unusable(Name, What, "it names no window of time");
    }

    private async Task RevokeAsync(
        SigningKey key, Uri? account, X509Certificate2 certificate, RevocationReason reason, CancellationToken cancellation)
    {
        var directory = await GetDirectoryAsync(cancellation);
        var payload = JsonSerializer.SerializeToUtf8Bytes(
            new RevocationRequest(Base64Url.EncodeToString(certificate.RawData), (int)reason), AcmeJson.Default.RevocationRequest);
        try
        {
            await _channel.PostAsync(key, account, directory.NewNonce, directory.RevokeCert, payload, "the revocation", cancellation);
        }
        catch (AcmeException e) when (e.Problem?.Is("alreadyRevoked") == true)
        {
            // As it should be.
        }
    }

    private IssuedChain Chain(AcmeReply reply) => IssuedChain.Read(Encoding.UTF8.GetString(reply.Body))
        ?? throw AcmeFailure.Unusable(Name, Certificate, "it is not a chain of certificates in PEM");
}

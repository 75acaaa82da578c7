using System.Security.Cryptography.X509Certificates;

namespace Cirrus.Workers.Acme.Protocol;

/// <summary>Speaks ACME (RFC 8555, RFC 9773) with one CA. Whatever goes wrong at the CA or on the way is an <see cref="AcmeException"/>.</summary>
/// <param name="name">What the CA is called in messages; the host of its directory when left out.</param>
internal sealed partial class AcmeClient(HttpClient http, Uri directory, TimeProvider time, string? name = null)
{
    public string Name { get; } = name ?? directory.Host;

    public Task<AcmeDirectory> GetDirectoryAsync(CancellationToken cancellation) =>
        throw new NotImplementedException($"{http}{time}");

    // Accounts
    public Task<AcmeAccount> CreateAccountAsync(
        AccountKey key, IReadOnlyList<string> contact, bool termsAgreed, ExternalAccount? external, CancellationToken cancellation) =>
        throw new NotImplementedException();

    public Task<AcmeAccount?> FindAccountAsync(AccountKey key, CancellationToken cancellation) =>
        throw new NotImplementedException();

    public Task UpdateContactAsync(AcmeAccount account, IReadOnlyList<string> contact, CancellationToken cancellation) =>
        throw new NotImplementedException();

    public Task<AcmeAccount> ChangeKeyAsync(AcmeAccount account, AccountKey newKey, CancellationToken cancellation) =>
        throw new NotImplementedException();

    public Task DeactivateAccountAsync(AcmeAccount account, CancellationToken cancellation) =>
        throw new NotImplementedException();

    // Orders
    public Task<AcmeOrder> NewOrderAsync(
        AcmeAccount account, IReadOnlyList<string> names, string? replaces, CancellationToken cancellation) =>
        throw new NotImplementedException();

    public Task<AcmeOrder> GetOrderAsync(AcmeAccount account, Uri order, CancellationToken cancellation) =>
        throw new NotImplementedException();

    public Task<AcmeOrder> FinalizeAsync(AcmeAccount account, AcmeOrder order, byte[] csr, CancellationToken cancellation) =>
        throw new NotImplementedException();

    /// <summary>Asks until the order is no longer in one of the states it passes by itself (pending, processing).</summary>
    public Task<AcmeOrder> WaitForOrderAsync(AcmeAccount account, Uri order, TimeSpan patience, CancellationToken cancellation) =>
        throw new NotImplementedException();

    // Authorizations
    public Task<AcmeAuthorization> GetAuthorizationAsync(AcmeAccount account, Uri authorization, CancellationToken cancellation) =>
        throw new NotImplementedException();

    public Task<AcmeChallenge> RespondAsync(AcmeAccount account, AcmeChallenge challenge, CancellationToken cancellation) =>
        throw new NotImplementedException();

    /// <summary>Asks until the authorization is pending no longer: valid, invalid or anything else that lasts.</summary>
    public Task<AcmeAuthorization> WaitForAuthorizationAsync(
        AcmeAccount account, Uri authorization, TimeSpan patience, CancellationToken cancellation) =>
        throw new NotImplementedException();

    public Task DeactivateAuthorizationAsync(AcmeAccount account, Uri authorization, CancellationToken cancellation) =>
        throw new NotImplementedException();

    // Certificates
    public Task<IssuedChain> DownloadAsync(
        AcmeAccount account, Uri certificate, string? preferredIssuer, CancellationToken cancellation) =>
        throw new NotImplementedException();

    public Task RevokeAsync(
        AcmeAccount account, X509Certificate2 certificate, RevocationReason reason, CancellationToken cancellation) =>
        throw new NotImplementedException();

    public Task RevokeAsync(
        SigningKey certificateKey, X509Certificate2 certificate, RevocationReason reason, CancellationToken cancellation) =>
        throw new NotImplementedException();

    // Renewals
    /// <summary>Null when the CA tells nothing of renewals.</summary>
    public Task<RenewalInfo?> GetRenewalInfoAsync(string certificateId, CancellationToken cancellation) =>
        throw new NotImplementedException();
}

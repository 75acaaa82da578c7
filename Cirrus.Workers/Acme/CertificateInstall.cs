using System.Security.Cryptography.X509Certificates;
using Cirrus.Core.Acme;
using Cirrus.Core.Audit;
using Cirrus.Core.Certificates;
using Cirrus.Core.Redis;
using Cirrus.Workers.Acme.Protocol;

namespace Cirrus.Workers.Acme;

/// <summary>Gets the certificate of an order whose proofs are made, and puts it where edges find it.</summary>
internal sealed partial class CertificateInstall(OrderDesk desk, IssuanceStores stores, ILogger<CertificateInstall> logger)
{
    // Authorities whose clocks are a little ahead are no reason to order again.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    private const int MostWrites = 5;
    private static readonly Actor Worker = new("acme");
    private readonly ILogger _logger = logger;

    /// <returns>The certificate that is served now: the new one, or one that an operator put meanwhile.</returns>
    public async Task<CertificateSummary> InstallAsync(Attempt attempt, OpenOrder open)
    {
        await attempt.EnterAsync(AcmeStep.Finalize, open.Authority.Name);
        var order = await desk.AskAsync(open.Authority, () => open.Order.Status == OrderStatus.Pending
            ? open.Client.WaitForOrderAsync(open.Account, open.Order.Url, stores.Options.AuthorityTimeout, attempt.Token)
            : Task.FromResult(open.Order));
        var key = await KeyAsync(attempt, order);
        order = await desk.AskAsync(open.Authority, () => FinalizeAsync(attempt, open, order, key));
        if (order is not { Status: OrderStatus.Valid, Certificate: { } url })
            throw Lost(open, order);

        await attempt.EnterAsync(AcmeStep.Download);
        var chain = await desk.AskAsync(
            open.Authority, () => open.Client.DownloadAsync(open.Account, url, Preferred(open.Authority.Options), attempt.Token));

        await attempt.EnterAsync(AcmeStep.Install);
        return await PutAsync(attempt, open, Checked(attempt, open, chain.Pem, key));
    }

    private static string? Preferred(AuthorityOptions options) => string.IsNullOrEmpty(options.PreferredChain) ? null : options.PreferredChain;

    private static OrderLostException Lost(OpenOrder open, AcmeOrder order) =>
        new(order.Error?.InWords($"{open.Authority.Name} holds the order invalid") ?? $"The order is {order.Status}.");

    // The key an order is finalized with is the only one that fits its certificate.
    private async Task<string> KeyAsync(Attempt attempt, AcmeOrder order)
    {
        if (await stores.Tasks.FindKeyAsync(attempt.Domain) is { } stored)
            return stored;
        if (order.Status is OrderStatus.Processing or OrderStatus.Valid)
            throw new OrderLostException("The private key it was finalized with is lost.");
        var key = CertificateKeys.Create(attempt.KeyType);
        await stores.Tasks.PutKeyAsync(attempt.Domain, key, attempt.Hold.Lease);
        return key;
    }

    private async Task<AcmeOrder> FinalizeAsync(Attempt attempt, OpenOrder open, AcmeOrder order, string key)
    {
        if (order.Status == OrderStatus.Invalid)
            throw Lost(open, order);
        if (order.Status == OrderStatus.Ready)
        {
            using var privateKey = CertificateKeys.Read(key);
            var request = CertificateRequests.Create(privateKey, open.Task.Names);
            order = await open.Client.FinalizeAsync(open.Account, order, request, attempt.Token);
        }
        return order.Status == OrderStatus.Valid
            ? order
            : await open.Client.WaitForOrderAsync(open.Account, order.Url, stores.Options.AuthorityTimeout, attempt.Token);
    }

    private CheckedCertificate Checked(Attempt attempt, OpenOrder open, string chain, string key)
    {
        var certificate = CertificateCheck.Check(
            chain, key, attempt.Domain, CertificateSource.Acme, stores.Time.GetUtcNow(), out var faults, ClockSkew);
        if (certificate is null)
            throw Unusable(open, string.Join(' ', faults.Select(f => f.Message)));
        // Else it would be found wanting, and ordered again, by every scan.
        if (!certificate.Summary.Names.ToHashSet(StringComparer.OrdinalIgnoreCase).SetEquals(open.Task.Names))
            throw Unusable(open, $"It is for {string.Join(", ", certificate.Summary.Names)}, and {string.Join(", ", open.Task.Names)} was ordered.");
        using var leaf = X509Certificate2.CreateFromPem(certificate.FullchainPem);
        return certificate with { Summary = certificate.Summary with { Authority = open.Authority.Name, RenewalId = CertificateId.Of(leaf) } };
    }

    private static IssuanceException Unusable(OpenOrder open, string why) =>
        new(AcmeTrouble.Refused, $"The certificate that {open.Authority.Name} issued can't be used: {why}") { EndsOrder = true };

    private async Task<CertificateSummary> PutAsync(Attempt attempt, OpenOrder open, CheckedCertificate certificate)
    {
        for (var i = 0; i < MostWrites; i++)
        {
            attempt.Token.ThrowIfCancellationRequested();
            var stored = await stores.Certificates.FindAsync(attempt.Domain);
            // A worker before was killed after it had put it.
            if (stored?.Summary.Fingerprint == certificate.Summary.Fingerprint)
                return stored.Summary;
            if (stored is not null && stored.Summary.Fingerprint != open.Task.Replaced && IsPreferred(attempt.Domain, stored.Summary))
            {
                LogKept(attempt.Domain, certificate.Summary.Fingerprint, stored.Summary.Fingerprint);
                return stored.Summary;
            }
            var result = await stores.Certificates.PutAsync(attempt.Domain, certificate, stored?.Revision ?? 0, Worker);
            if (result.Accepted)
            {
                LogInstalled(attempt.Domain, open.Authority.Name, certificate.Summary.NotAfter, certificate.Summary.Fingerprint);
                return certificate.Summary;
            }
            if (result.Outcome == WriteOutcome.Missing)
                throw new NotWantedException("The domain was deleted.");
        }
        throw new IssuanceException(AcmeTrouble.Passing, "The certificate is replaced by others faster than it can be written.");
    }

    // What an operator put while the order was under way is their newest word.
    private bool IsPreferred(string domain, CertificateSummary stored) => stored.Source == CertificateSource.Operator
        && !RenewalDecision.Plan(domain, stored.NotBefore, stored.NotAfter, null).IsDue(stores.Time.GetUtcNow());

    [LoggerMessage(LogLevel.Information, "{Domain} has a certificate of {Authority} until {NotAfter:u}, {Fingerprint}")]
    private partial void LogInstalled(string domain, string authority, DateTimeOffset notAfter, string fingerprint);

    [LoggerMessage(LogLevel.Warning, "{Domain} does not get the certificate {Fingerprint}: an operator put {Other} while it was ordered")]
    private partial void LogKept(string domain, string fingerprint, string other);
}

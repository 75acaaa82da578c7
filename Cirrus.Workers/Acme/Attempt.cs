using Cirrus.Core.Acme;
using Cirrus.Core.Certificates;
using Cirrus.Core.Domains;

namespace Cirrus.Workers.Acme;

/// <summary>One attempt to get a certificate for a domain, under its lease.</summary>
internal sealed class Attempt(CdnDomain domain, AcmeStatus status, StoredCertificate? stored, LeaseHold hold, IssuanceStores stores)
{
    public string Domain => domain.Name;

    public CertificateKeyType KeyType => domain.Tls!.KeyType;

    public IReadOnlyList<string> Names { get; } = CertificateNeed.Names(domain);

    public AcmeStatus Status { get; private set; } = status;

    /// <summary>What was there when the attempt began.</summary>
    public StoredCertificate? Stored => stored;

    public LeaseHold Hold => hold;

    public CancellationToken Token => hold.Token;

    /// <summary>Begins a step: it is written down, if the lease is still held and the certificate still wanted.</summary>
    /// <exception cref="NotWantedException">It is not.</exception>
    public async Task EnterAsync(string step, string? authority = null)
    {
        Token.ThrowIfCancellationRequested();
        await RequireWantedAsync();
        var now = stores.Time.GetUtcNow();
        Status = Status with
        {
            Phase = AcmePhase.Running,
            Step = step,
            Since = Status.Phase == AcmePhase.Running ? Status.Since : now,
            Authority = authority ?? Status.Authority,
            // Should this worker die, the domain is due again when its lease has run out.
            Next = now + stores.Options.Lease,
        };
        if (!await stores.Statuses.WriteAsync(Domain, Status, hold.Lease))
            throw new NotWantedException("The domain was deleted.");
    }

    private async Task RequireWantedAsync()
    {
        var current = await stores.Domains.FindAsync(Domain) ?? throw new NotWantedException("The domain was deleted.");
        if (current.Tls?.Certificate != CertificateOrigin.Acme)
            throw new NotWantedException("The domain no longer asks for a certificate by ACME.");
        if (!CertificateNeed.Names(current).ToHashSet(StringComparer.Ordinal).SetEquals(Names))
            throw new NotWantedException("The domain asks for other names by now.");
    }
}

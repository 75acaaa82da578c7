using Cirrus.Core.Acme;
using Cirrus.Core.Certificates;
using Cirrus.Workers.Acme.Protocol;

namespace Cirrus.Workers.Acme;

/// <summary>When certificates are renewed: as their authority suggests, where it does.</summary>
internal sealed partial class RenewalTimes(Authorities authorities, ILogger<RenewalTimes> logger)
{
    private readonly ILogger _logger = logger;

    public async Task<RenewalPlan> PlanAsync(string domain, CertificateSummary certificate, CancellationToken cancellation) =>
        RenewalDecision.Plan(
            certificate.RenewalId ?? domain, certificate.NotBefore, certificate.NotAfter, await WindowAsync(domain, certificate, cancellation));

    private async Task<RenewalWindow?> WindowAsync(string domain, CertificateSummary certificate, CancellationToken cancellation)
    {
        if (certificate.RenewalId is not { } id || authorities.Find(certificate.Authority) is not { } authority)
            return null;
        try
        {
            return await authority.Client.GetRenewalInfoAsync(id, cancellation) is { } info
                ? new RenewalWindow(info.Start, info.End, info.Explanation, info.NextCheck) : null;
        }
        catch (AcmeException e)
        {
            LogUnknown(domain, authority.Name, e.Message);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Information, "{Authority} does not tell when to renew the certificate of {Domain}: {Reason}")]
    private partial void LogUnknown(string domain, string authority, string reason);
}

using Cirrus.Core.Acme;
using Cirrus.Core.Certificates;
using Cirrus.Core.Domains;
using Microsoft.Extensions.Options;

namespace Cirrus.Workers.Acme;

/// <summary>What every part of an issuance reads and writes.</summary>
internal sealed class IssuanceStores(
    DomainStore domains, CertificateStore certificates, AcmeStatusStore statuses, AcmeTaskStore tasks, ChallengeStore challenges, AuthorityStore authorities,
    IOptions<AcmeOptions> options, TimeProvider time)
{
    public DomainStore Domains => domains;
    public CertificateStore Certificates => certificates;
    public AcmeStatusStore Statuses => statuses;
    public AcmeTaskStore Tasks => tasks;
    public ChallengeStore Challenges => challenges;
    public AuthorityStore Authorities => authorities;
    public AcmeOptions Options => options.Value;
    public TimeProvider Time => time;
}

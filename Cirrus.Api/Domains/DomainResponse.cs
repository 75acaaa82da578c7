using Cirrus.Core.Domains;
using Cirrus.Core.Steering;

namespace Cirrus.Api.Domains;

/// <summary>A domain as the API shows it.</summary>
/// <param name="AccessName">What a CNAME record of the customer's name points at.</param>
/// <param name="Tls">Null: it does not ask for TLS.</param>
/// <param name="UpdatedBy">Who wrote this revision: <c>master</c>, <c>user:{name}</c>, <c>token:{name}…{suffix}</c>.</param>
public sealed record DomainResponse(
    string Name,
    string AccessName,
    IReadOnlyList<Origin> Origins,
    IReadOnlyDictionary<string, string> UpstreamHeaders,
    bool CacheEnable,
    IReadOnlyList<CacheRule> Rules,
    DomainTls? Tls,
    int Revision,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    string UpdatedBy)
{
    internal static DomainResponse From(CdnDomain domain, ZoneOptions zone) => new(
        domain.Name, Core.Steering.AccessName.For(domain.Name, zone.Name), domain.Origins, domain.UpstreamHeaders,
        domain.CacheEnable, domain.Rules, domain.Tls, domain.Revision, domain.CreatedAt, domain.UpdatedAt, domain.UpdatedBy);
}

/// <summary>One page of a list.</summary>
/// <param name="Next">What to give as <c>after</c> for the next page; null on the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

using Cirrus.Core.Domains;
using Cirrus.Core.Steering;

namespace Cirrus.Api.Domains;

/// <summary>A domain as the API shows it.</summary>
public sealed record DomainResponse : DomainFeatures
{
    private DomainResponse(CdnDomain domain)
        : base(domain)
    {
    }

    public required string Name { get; init; }

    /// <summary>What a CNAME record of the customer's name points at.</summary>
    public required string AccessName { get; init; }

    public required IReadOnlyList<Origin> Origins { get; init; }

    public required IReadOnlyDictionary<string, string> UpstreamHeaders { get; init; }

    public required bool CacheEnable { get; init; }

    public required IReadOnlyList<CacheRule> Rules { get; init; }

    /// <summary>Null: it does not ask for TLS.</summary>
    public required DomainTls? Tls { get; init; }

    public required int Revision { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Who wrote this revision: <c>master</c>, <c>user:{name}</c>, <c>token:{name}…{suffix}</c>.</summary>
    public required string UpdatedBy { get; init; }

    internal static DomainResponse From(CdnDomain domain, ZoneOptions zone) => new(domain)
    {
        Name = domain.Name,
        AccessName = Core.Steering.AccessName.For(domain.Name, zone.Name),
        Origins = domain.Origins,
        UpstreamHeaders = domain.UpstreamHeaders,
        CacheEnable = domain.CacheEnable,
        Rules = domain.Rules,
        Tls = domain.Tls,
        Revision = domain.Revision,
        CreatedAt = domain.CreatedAt,
        UpdatedAt = domain.UpdatedAt,
        UpdatedBy = domain.UpdatedBy,
    };
}

/// <summary>One page of a list.</summary>
/// <param name="Next">What to give as <c>after</c> for the next page; null on the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

using Cirrus.Core.Certificates;
using Cirrus.Core.Domains;

namespace Cirrus.Core.Acme;

/// <summary>Whether a domain needs a new certificate.</summary>
public static class CertificateNeed
{
    /// <summary>What its ACME certificate is for.</summary>
    public static IReadOnlyList<string> Names(CdnDomain domain) => [.. (domain.Tls?.AlternativeNames ?? []).Prepend(domain.Name).Distinct(StringComparer.Ordinal)];

    /// <summary>Whether a certificate is for exactly these names.</summary>
    public static bool IsFor(CertificateSummary certificate, IReadOnlyList<string> names) =>
        certificate.Names.ToHashSet(StringComparer.OrdinalIgnoreCase).SetEquals(names);

    /// <summary>True when there is none, or one that Cirrus ordered for other names. An operator's own serves until it is due, whatever its names.</summary>
    public static bool IsMissing(CertificateSummary? stored, IReadOnlyList<string> names) =>
        stored is null || (stored.Source == CertificateSource.Acme && !IsFor(stored, names));

    /// <summary>True when somebody has asked for a new one and has not got it yet, whether one is due or not.</summary>
    public static bool IsRequested(AcmeStatus? status) => status is { Phase: not AcmePhase.Issued, RequestedBy.Length: > 0 };

    /// <summary>What an order for these names is to an authority.</summary>
    /// <param name="tellsRenewals">It offers renewal information (RFC 9773).</param>
    public static OrderPurpose Purpose(CertificateSummary? stored, IReadOnlyList<string> names, string authority, bool tellsRenewals) =>
        stored is not { Source: CertificateSource.Acme } || stored.Authority != authority || !IsFor(stored, names) ? OrderPurpose.New
        : tellsRenewals && stored.RenewalId is not null ? OrderPurpose.Suggested
        : OrderPurpose.SameNames;
}

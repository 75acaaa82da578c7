using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Cirrus.Core.Redis;

namespace Cirrus.Core.Acme;

/// <summary>What an authority lets one account do, as Let's Encrypt counts it (letsencrypt.org/docs/rate-limits); 0: no such limit.</summary>
public sealed record OrderLimits
{
    /// <summary>New orders of the account in <see cref="OrdersWindow"/>.</summary>
    [Range(0, 1_000_000)]
    public int Orders { get; init; } = 300;

    public TimeSpan OrdersWindow { get; init; } = TimeSpan.FromHours(3);

    /// <summary>Certificates for one registered domain in <see cref="CertificatesWindow"/>.</summary>
    [Range(0, 1_000_000)]
    public int CertificatesPerDomain { get; init; } = 50;

    /// <summary>Certificates for exactly the same names in <see cref="CertificatesWindow"/>.</summary>
    [Range(0, 1_000_000)]
    public int CertificatesPerSet { get; init; } = 5;

    public TimeSpan CertificatesWindow { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Failed validations of one name in <see cref="FailuresWindow"/>.</summary>
    [Range(0, 1_000_000)]
    public int FailedValidations { get; init; } = 5;

    public TimeSpan FailuresWindow { get; init; } = TimeSpan.FromHours(1);
}

/// <summary>What an order is to its authority, which decides what it counts against.</summary>
[JsonConverter(typeof(WordConverter<OrderPurpose>))]
public enum OrderPurpose
{
    /// <summary>Names it knows no certificate for: counts against everything.</summary>
    [JsonStringEnumMemberName("new")] New,

    /// <summary>Exactly the names of a certificate it has issued: counts as a certificate for the same names, not as a new order.</summary>
    [JsonStringEnumMemberName("sameNames")] SameNames,

    /// <summary>Replaces a certificate it told the time of renewal for (RFC 9773): counts against nothing.</summary>
    [JsonStringEnumMemberName("suggested")] Suggested,
}

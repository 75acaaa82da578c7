using System.Text.Json.Serialization;
using Cirrus.Core.Redis;

namespace Cirrus.Core.Domains;

/// <summary>What a domain wants of TLS.</summary>
public sealed record DomainTls
{
    /// <summary>Where its certificate comes from.</summary>
    public CertificateOrigin Certificate { get; init; }

    /// <summary>Of the keys that Cirrus makes for it.</summary>
    public CertificateKeyType KeyType { get; init; }

    /// <summary>Names that its ACME certificate is for besides the domain's own.</summary>
    public IReadOnlyList<string> AlternativeNames { get; init; } = [];

    /// <summary>DNS names no node for the domain before it has a certificate.</summary>
    public bool HoldDns { get; init; }

    /// <summary>HTTP is redirected to HTTPS while there is a certificate.</summary>
    public bool Redirect { get; init; }

    /// <summary>What is sent as Strict-Transport-Security; null: nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Hsts? Hsts { get; init; }

    /// <summary>Who may issue certificates for names that lead to the access name; null: as the zone's options have it, empty: whoever may otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<CaaRecord>? Caa { get; init; }

    /// <summary>Whether clients are to be served by TLS.</summary>
    [JsonIgnore]
    public bool IsWanted => Certificate != CertificateOrigin.None;
}

/// <summary>Strict-Transport-Security, RFC 6797 section 6.1.</summary>
/// <param name="MaxAge">Seconds.</param>
public sealed record Hsts(long MaxAge, bool IncludeSubDomains = false, bool Preload = false);

/// <summary>Where a domain's certificate comes from.</summary>
[JsonConverter(typeof(WordConverter<CertificateOrigin>))]
public enum CertificateOrigin
{
    /// <summary>The domain does not ask for one.</summary>
    [JsonStringEnumMemberName("none")] None,

    /// <summary>Cirrus orders and renews it by ACME.</summary>
    [JsonStringEnumMemberName("acme")] Acme,

    /// <summary>The operator puts one of their own.</summary>
    [JsonStringEnumMemberName("own")] Own,
}

/// <summary>The kinds of private keys that Cirrus makes.</summary>
[JsonConverter(typeof(WordConverter<CertificateKeyType>))]
public enum CertificateKeyType
{
    [JsonStringEnumMemberName("ecdsaP256")] EcdsaP256,
    [JsonStringEnumMemberName("rsa2048")] Rsa2048,
    [JsonStringEnumMemberName("rsa4096")] Rsa4096,
}

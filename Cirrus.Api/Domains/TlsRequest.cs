using System.ComponentModel.DataAnnotations;
using Cirrus.Api.Identities;
using Cirrus.Core.Domains;
using Cirrus.Core.Steering;
using Microsoft.Extensions.Options;

namespace Cirrus.Api.Domains;

/// <summary>What a domain wants of TLS.</summary>
public sealed record TlsRequest : IValidatableObject
{
    private const int MaxNames = 99;

    /// <summary>Where its certificate comes from: <c>none</c> (default), <c>acme</c> or <c>own</c>.</summary>
    [RegularExpression("^(none|acme|own)$", ErrorMessage = "The certificate is none, acme or own.")]
    public string? Certificate { get; init; }

    /// <summary>Of the keys that Cirrus makes: <c>ecdsaP256</c> (default), <c>rsa2048</c> or <c>rsa4096</c>.</summary>
    [RegularExpression("^(ecdsaP256|rsa2048|rsa4096)$", ErrorMessage = "The type of keys is ecdsaP256, rsa2048 or rsa4096.")]
    public string? KeyType { get; init; }

    /// <summary>Names that the ACME certificate is for besides the domain's own; wildcards of one label, too.</summary>
    [MaxLength(MaxNames, ErrorMessage = "At most 99 names besides the domain's own.")]
    public IReadOnlyList<string>? AlternativeNames { get; init; }

    /// <summary>
    /// DNS names no node for the domain before it has a certificate. Left out: true for a new domain that wants TLS, false for one that begins
    /// to want it, else what it was.
    /// </summary>
    public bool? HoldDns { get; init; }

    /// <summary>HTTP is redirected to HTTPS while there is a certificate; default false.</summary>
    public bool? Redirect { get; init; }

    /// <summary>What is sent as Strict-Transport-Security; null: nothing.</summary>
    public HstsRequest? Hsts { get; init; }

    /// <summary>
    /// CAA records (RFC 8659) of the access name, which count for the customer's name that leads there. Null: as the zone's options have it; empty:
    /// none, so those of the customer's own zone count.
    /// </summary>
    [MaxLength(16, ErrorMessage = "At most 16 CAA records.")]
    public IReadOnlyList<CaaRequest>? Caa { get; init; }

    /// <summary>Whether what is stored decides what is left out.</summary>
    internal bool ContinuesCurrent => IsWanted && HoldDns is null;

    private bool IsWanted => Origin != CertificateOrigin.None;

    private CertificateOrigin Origin => Certificate switch
    {
        "acme" => CertificateOrigin.Acme,
        "own" => CertificateOrigin.Own,
        _ => CertificateOrigin.None,
    };

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var zone = validationContext.GetRequiredService<IOptions<ZoneOptions>>().Value;
        foreach (var fault in Entries.Objects(Caa, nameof(Caa), "A CAA record is an object."))
            yield return fault;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, text) in (AlternativeNames ?? []).Index())
        {
            var problem = text is null ? "A name is a text."
                : DomainNames.Problem(text, zone, out var name) ?? (seen.Add(name) ? null : $"{name} is given twice.");
            if (problem is not null)
                yield return new ValidationResult(problem, [$"{nameof(AlternativeNames)}[{index}]"]);
        }
    }

    /// <summary>What is wrong by name of field once it is known for which domain it is, and who asks; of what has passed validation.</summary>
    /// <param name="current">What is stored: names that are there already stay, whoever writes.</param>
    internal IEnumerable<(string Field, string Message)> Problems(string domain, DomainTls? current, Caller caller)
    {
        foreach (var (index, name) in Names().Index())
        {
            var problem = name == domain ? "The certificate is for the domain itself in any case."
                : caller.Covers(name) || current?.AlternativeNames.Contains(name) == true ? null
                : $"This token is not for {name}.";
            if (problem is not null)
                yield return ($"tls.alternativeNames[{index}]", problem);
        }
    }

    /// <summary>As it is stored, once validation has passed; null: it says nothing that is not so by default.</summary>
    /// <param name="current">Null: a domain to be.</param>
    internal DomainTls? ToTls(CdnDomain? current)
    {
        var tls = new DomainTls
        {
            Certificate = Origin,
            KeyType = KeyType switch
            {
                "rsa2048" => CertificateKeyType.Rsa2048,
                "rsa4096" => CertificateKeyType.Rsa4096,
                _ => CertificateKeyType.EcdsaP256,
            },
            AlternativeNames = Names(),
            // Clients of a domain that is live must not lose it while its first certificate is made.
            HoldDns = HoldDns ?? (IsWanted && (current is null || current.Tls is { IsWanted: true, HoldDns: true })),
            Redirect = Redirect ?? false,
            Caa = Caa is null ? null : [.. Caa.Select(c => c.ToRecord())],
            Hsts = Hsts is { } hsts ? new Hsts(hsts.MaxAge!.Value, hsts.IncludeSubDomains ?? false, hsts.Preload ?? false) : null,
        };
        var saysNothing = tls is { Certificate: CertificateOrigin.None, KeyType: CertificateKeyType.EcdsaP256, AlternativeNames.Count: 0 }
            and { HoldDns: false, Redirect: false, Hsts: null, Caa: null };
        return saysNothing ? null : tls;
    }

    private string[] Names() => [.. (AlternativeNames ?? []).Select(n => DomainNames.InPath(n)!)];
}

/// <summary>Strict-Transport-Security (RFC 6797 section 6.1).</summary>
public sealed record HstsRequest : IValidatableObject
{
    private const int Year = 365 * 24 * 3600;

    /// <summary>Seconds; 0 makes browsers forget it.</summary>
    [Required(ErrorMessage = "A maxAge is required.")]
    [Range(0, 2 * Year, ErrorMessage = "A maxAge is between 0 and 63072000 seconds.")]
    public int? MaxAge { get; init; }

    /// <summary>Default: false.</summary>
    public bool? IncludeSubDomains { get; init; }

    /// <summary>Asks to be built into browsers; default false.</summary>
    public bool? Preload { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // As hstspreload.org takes it.
        if (Preload == true && (IncludeSubDomains != true || MaxAge < Year))
            yield return new ValidationResult($"preload needs includeSubDomains and a maxAge of at least {Year}.", [nameof(Preload)]);
    }
}

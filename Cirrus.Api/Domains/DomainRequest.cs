using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using Cirrus.Api.Identities;
using Cirrus.Core.Domains;

namespace Cirrus.Api.Domains;

/// <summary>A domain as a caller writes it. What the API itself adds to a domain may be sent back with it.</summary>
public sealed record DomainRequest : IValidatableObject
{
    private const int MaxHeaders = 50;

    /// <summary>Host name, or a wildcard of one label. With PUT it may be left out.</summary>
    [DomainName]
    public string? Name { get; init; }

    [Required(ErrorMessage = "At least one origin is required.")]
    [MinLength(1, ErrorMessage = "At least one origin is required."), MaxLength(32, ErrorMessage = "At most 32 origins.")]
    public IReadOnlyList<OriginRequest>? Origins { get; init; }

    /// <summary>Header fields set on requests to the origin.</summary>
    public IReadOnlyDictionary<string, string>? UpstreamHeaders { get; init; }

    /// <summary>Default: true.</summary>
    public bool? CacheEnable { get; init; }

    /// <summary>The first that matches decides.</summary>
    [MaxLength(100, ErrorMessage = "At most 100 rules.")]
    public IReadOnlyList<RuleRequest>? Rules { get; init; }

    /// <summary>Null: the domain does not ask for TLS.</summary>
    public TlsRequest? Tls { get; init; }

    /// <summary>How the domain is cached where no rule matches, and for what a matching rule does not say.</summary>
    public CachePolicyRequest? Cache { get; init; }

    /// <summary>How edges deal with the origins.</summary>
    public OriginPolicyRequest? OriginPolicy { get; init; }

    /// <summary>What is done to header fields on their way.</summary>
    public HeaderActionsRequest? Headers { get; init; }

    /// <summary>Header fields by which browsers guard their users: <c>off</c> (default), <c>standard</c> or <c>strict</c>.</summary>
    [RegularExpression("^(off|standard|strict)$", ErrorMessage = "The securityHeaders are off, standard or strict.")]
    public string? SecurityHeaders { get; init; }

    /// <summary>Which pages of other origins may read responses (Cross-Origin Resource Sharing).</summary>
    public CorsRequest? Cors { get; init; }

    /// <summary>Answered by the edge; the first that matches decides.</summary>
    [MaxLength(100, ErrorMessage = "At most 100 redirects.")]
    public IReadOnlyList<RedirectRequest>? Redirects { get; init; }

    /// <summary>Under which URI the origin is asked; the first that matches decides.</summary>
    [MaxLength(100, ErrorMessage = "At most 100 rewrites.")]
    public IReadOnlyList<RewriteRequest>? Rewrites { get; init; }

    /// <summary>Who is served.</summary>
    public AccessRequest? Access { get; init; }

    /// <summary>How large requests may be.</summary>
    public LimitsRequest? Limits { get; init; }

    /// <summary>A page in place of everything.</summary>
    public MaintenanceRequest? Maintenance { get; init; }

    /// <summary>Where DNS leads its clients.</summary>
    public SteeringRequest? Steering { get; init; }

    /// <summary>When given, the write is refused with 412 unless this is the stored revision.</summary>
    [Range(1, int.MaxValue, ErrorMessage = "A revision is at least 1.")]
    public int? Revision { get; init; }

    /// <summary>Read only: ignored.</summary>
    public JsonElement? AccessName { get; init; }

    /// <summary>Read only: ignored.</summary>
    public JsonElement? CreatedAt { get; init; }

    /// <summary>Read only: ignored.</summary>
    public JsonElement? UpdatedAt { get; init; }

    /// <summary>Read only: ignored.</summary>
    public JsonElement? UpdatedBy { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (UpstreamHeaders?.Count > MaxHeaders)
            yield return new ValidationResult($"At most {MaxHeaders} header fields.", [nameof(UpstreamHeaders)]);
        foreach (var (name, value) in UpstreamHeaders ?? new Dictionary<string, string>())
        {
            if (HeaderField.Problem(name, value) is { } problem)
                yield return new ValidationResult($"{name}: {problem}", [nameof(UpstreamHeaders)]);
        }
        // One field to HTTP and two members to JSON.
        var fields = UpstreamHeaders ?? new Dictionary<string, string>();
        foreach (var name in fields.Keys.CountBy(n => n, StringComparer.OrdinalIgnoreCase).Where(n => n.Value > 1))
            yield return new ValidationResult($"{name.Key}: The field is given twice; capitals make no difference.", [nameof(UpstreamHeaders)]);
        IEnumerable<ValidationResult> absent =
        [
            .. Entries.Objects(Origins, nameof(Origins), "An origin is an object."),
            .. Entries.Objects(Rules, nameof(Rules), "A rule is an object."),
            .. Entries.Objects(Redirects, nameof(Redirects), "A redirect is an object."),
            .. Entries.Objects(Rewrites, nameof(Rewrites), "A rewrite is an object."),
        ];
        foreach (var fault in absent)
            yield return fault;
        if (ExpressionSize.Problem(this) is { } large)
            yield return new ValidationResult(large.Message, [large.Member]);
        if (Origins is { Count: > 0 } && Origins.All(o => o?.IsFirstChoice == false))
            yield return new ValidationResult("At least one origin needs a weight above 0 and is no backup.", [nameof(Origins)]);
    }

    /// <summary>Whether what it says is not known before what is stored.</summary>
    internal bool DependsOnCurrent(Caller caller) =>
        Tls is { } tls && (tls.ContinuesCurrent || (tls.AlternativeNames is { Count: > 0 } && caller.Domains is not null));

    /// <summary>What is wrong with it for this domain and this caller, by name of field, once validation has passed.</summary>
    internal Dictionary<string, string[]> ErrorsFor(string name, CdnDomain? current, Caller caller) =>
        (Tls?.Problems(name, current?.Tls, caller) ?? []).ToDictionary(p => p.Field, p => (string[])[p.Message]);

    /// <summary>The domain, once validation has passed.</summary>
    internal CdnDomain ToDomain(string name, CdnDomain? current, DateTimeOffset now, string by) => new()
    {
        Name = name,
        Origins = [.. Origins!.Select(o => o.ToOrigin())],
        UpstreamHeaders = UpstreamHeaders ?? new Dictionary<string, string>(),
        CacheEnable = CacheEnable ?? true,
        Rules = [.. (Rules ?? []).Select(r => r.ToRule())],
        Tls = Tls?.ToTls(current),
        Cache = Cache?.ToPolicy().UnlessNothing(new CachePolicy()),
        OriginPolicy = OriginPolicy?.ToPolicy(),
        Headers = Headers?.ToActions(),
        SecurityHeaders = Words.Read<SecurityHeaders>(SecurityHeaders),
        Cors = Cors?.ToCors(),
        Redirects = Redirects.Made(r => r.ToRedirect()),
        Rewrites = Rewrites.Made(r => r.ToRewrite()),
        Access = Access?.ToRules(),
        Limits = Limits?.ToLimits(),
        Maintenance = Maintenance?.ToMaintenance(),
        Steering = Steering?.ToSteering(),
        Revision = (current?.Revision ?? 0) + 1,
        CreatedAt = current?.CreatedAt ?? now,
        UpdatedAt = now,
        UpdatedBy = by,
    };
}

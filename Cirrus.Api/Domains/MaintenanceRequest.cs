using System.ComponentModel.DataAnnotations;
using System.Net.Http.Headers;
using System.Text;
using Cirrus.Core.Domains;

namespace Cirrus.Api.Domains;

/// <summary>A page in place of everything.</summary>
public sealed record MaintenanceRequest : IValidatableObject
{
    private const int MaxBody = 65536;
    private const int Month = 31 * 24 * 3600;

    /// <summary>False: all is as if this were absent.</summary>
    [Required(ErrorMessage = "Whether it is enabled is required: true or false.")]
    public bool? Enabled { get; init; }

    /// <summary>Default 503.</summary>
    [Range(400, 599, ErrorMessage = "The status is between 400 and 599.")]
    public int? Status { get; init; }

    /// <summary>Seconds, sent as Retry-After.</summary>
    [Range(0, Month, ErrorMessage = "A retryAfter is between 0 and 2678400 seconds.")]
    public int? RetryAfter { get; init; }

    /// <summary>What is answered, at most 65536 octets in UTF-8.</summary>
    public string? Body { get; init; }

    /// <summary>Of the body; default <c>text/html; charset=utf-8</c>.</summary>
    [MaxLength(128, ErrorMessage = "A contentType has at most 128 characters.")]
    public string? ContentType { get; init; }

    /// <summary>Networks, such as <c>192.0.2.0/24</c>, whose clients are served all the same.</summary>
    [MaxLength(1000, ErrorMessage = "At most 1000 networks.")]
    public IReadOnlyList<string>? Allow { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Body is not null && Encoding.UTF8.GetByteCount(Body) > MaxBody)
            yield return new ValidationResult($"A body has at most {MaxBody} octets.", [nameof(Body)]);
        if (ContentType is not null && (ContentType.Any(c => c is < ' ' or > '~') || !MediaTypeHeaderValue.TryParse(ContentType, out _)))
            yield return new ValidationResult("A contentType looks like text/html; charset=utf-8.", [nameof(ContentType)]);
        foreach (var fault in Entries.Check(Allow, nameof(Allow), Network.Normalise))
            yield return fault;
    }

    internal Maintenance ToMaintenance() => new()
    {
        Enabled = Enabled!.Value,
        Status = Status,
        RetryAfter = RetryAfter,
        Body = Body,
        ContentType = ContentType,
        Allow = Allow.Normal(Network.Normalise),
    };
}

/// <summary>How large requests may be.</summary>
public sealed record LimitsRequest
{
    /// <summary>Octets of a body; larger requests are answered with 413.</summary>
    [Range(1L, 107_374_182_400L, ErrorMessage = "A maxBody is between 1 and 107374182400 octets.")]
    public long? MaxBody { get; init; }

    internal BodyLimits? ToLimits() => MaxBody is { } most ? new BodyLimits(most) : null;
}

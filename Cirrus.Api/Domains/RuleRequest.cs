using System.ComponentModel.DataAnnotations;
using Cirrus.Core.Domains;

namespace Cirrus.Api.Domains;

/// <summary>How long responses under a path are cached.</summary>
public sealed record RuleRequest : IValidatableObject
{
    private const int Year = 365 * 24 * 3600;
    private static readonly string[] Cacheable = ["GET", "HEAD"];

    /// <summary>A prefix when it begins with <c>/</c>, else a regular expression.</summary>
    [Required, MaxLength(256)]
    public string? Path { get; init; }

    /// <summary>Seconds; 0: never cached.</summary>
    [Required, Range(0, Year)]
    public int? Ttl { get; init; }

    /// <summary>Of GET and HEAD; default both.</summary>
    [MinLength(1)]
    public IReadOnlyList<string>? Methods { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Path is not null && RulePath.Problem(Path) is { } problem)
            yield return new ValidationResult(problem, [nameof(Path)]);
        if (Methods?.Except(Cacheable).Any() == true)
            yield return new ValidationResult("Only GET and HEAD can be cached.", [nameof(Methods)]);
    }

    internal CacheRule ToRule() => new(Path!, Ttl!.Value, [.. (Methods ?? Cacheable).Distinct()]);
}

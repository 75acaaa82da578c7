using System.ComponentModel.DataAnnotations;
using Cirrus.Core.Domains;

namespace Cirrus.Api.Domains;

/// <summary>How long responses under a path are cached.</summary>
public sealed record RuleRequest
{
    private const int Year = 365 * 24 * 3600;

    /// <summary>A prefix when it begins with <c>/</c>, else a regular expression.</summary>
    [Required(ErrorMessage = "A path is required.")]
    [MaxLength(256, ErrorMessage = "A path has at most 256 characters."), RulePath]
    public string? Path { get; init; }

    /// <summary>Seconds; 0: never cached.</summary>
    [Required(ErrorMessage = "A ttl is required.")]
    [Range(0, Year, ErrorMessage = "A ttl is between 0 and 31536000 seconds.")]
    public int? Ttl { get; init; }

    /// <summary>Of GET and HEAD; default both.</summary>
    [MinLength(1, ErrorMessage = "At least one method; leave the field out for GET and HEAD."), CacheableMethods]
    public IReadOnlyList<string>? Methods { get; init; }

    internal CacheRule ToRule() => new(Path!, Ttl!.Value, [.. (Methods ?? CacheableMethodsAttribute.All).Distinct()]);
}

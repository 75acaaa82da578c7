using System.ComponentModel.DataAnnotations;
using Cirrus.Core.Domains;

namespace Cirrus.Api.Domains;

/// <summary>How responses under a path are cached; for what it does not say the domain's policy counts.</summary>
public sealed record RuleRequest : CachePolicyRequest
{
    /// <summary>A prefix when it begins with <c>/</c>, else a regular expression.</summary>
    [Required(ErrorMessage = "A path is required.")]
    [MaxLength(256, ErrorMessage = "A path has at most 256 characters."), RulePath]
    public string? Path { get; init; }

    /// <summary>Of GET and HEAD; default both.</summary>
    [MinLength(1, ErrorMessage = "At least one method; leave the field out for GET and HEAD."), CacheableMethods]
    public IReadOnlyList<string>? Methods { get; init; }

    internal CacheRule ToRule() => new(ToPolicy()) { Path = Path!, Methods = [.. (Methods ?? CacheableMethodsAttribute.All).Distinct()] };
}

using System.ComponentModel.DataAnnotations;
using Cirrus.Core.Domains;

namespace Cirrus.Api.Domains;

/// <summary>An answer of the edge that leads a client elsewhere.</summary>
public sealed record RedirectRequest : IValidatableObject
{
    /// <summary>A prefix when it begins with <c>/</c>, else a regular expression.</summary>
    [Required(ErrorMessage = "A path is required.")]
    [MaxLength(256, ErrorMessage = "A path has at most 256 characters."), RulePath]
    public string? Path { get; init; }

    /// <summary>
    /// URL with http or https, or path. What is left of the path behind a prefix is appended; <c>$1</c> to <c>$9</c> are groups of an expression. The query is
    /// kept unless this has one.
    /// </summary>
    [Required(ErrorMessage = "Where it leads is required.")]
    [MaxLength(2048, ErrorMessage = "This has at most 2048 characters.")]
    public string? To { get; init; }

    /// <summary>301, 302, 303, 307 or 308; browsers keep 301 and 308 for good.</summary>
    [Required(ErrorMessage = "A status is required: 301, 302, 303, 307 or 308.")]
    [RedirectStatus]
    public int? Status { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Target.UriProblem(To!, Path!) is { } problem)
            yield return new ValidationResult(problem, [nameof(To)]);
    }

    internal Redirect ToRedirect() => new(Path!, To!, Status!.Value);
}

/// <summary>Under which URI the origin is asked.</summary>
public sealed record RewriteRequest : IValidatableObject
{
    /// <summary>A prefix when it begins with <c>/</c>, else a regular expression.</summary>
    [Required(ErrorMessage = "A path is required.")]
    [MaxLength(256, ErrorMessage = "A path has at most 256 characters."), RulePath]
    public string? Path { get; init; }

    /// <summary>
    /// Path. What is left of the path behind a prefix is appended; <c>$1</c> to <c>$9</c> are groups of an expression. The query is kept unless this has
    /// one.
    /// </summary>
    [Required(ErrorMessage = "The path that the origin is asked for is required.")]
    [MaxLength(2048, ErrorMessage = "This has at most 2048 characters.")]
    public string? To { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Target.PathProblem(To!, Path!) is { } problem)
            yield return new ValidationResult(problem, [nameof(To)]);
    }

    internal Rewrite ToRewrite() => new(Path!, To!);
}

using System.ComponentModel.DataAnnotations;
using Cirrus.Core.Domains;

namespace Cirrus.Api.Domains;

/// <summary>A host name, or a wildcard of one label.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class DomainNameAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is string text && HostName.Normalise(text, allowWildcard: true, out _) is { } problem
            ? new ValidationResult($"The name {problem}.")
            : ValidationResult.Success;
}

/// <summary>What <see cref="Domains.RulePath"/> accepts.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class RulePathAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is string text && RulePath.Problem(text) is { } problem ? new ValidationResult(problem) : ValidationResult.Success;
}

/// <summary>A list of methods whose responses can be cached.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class CacheableMethodsAttribute : ValidationAttribute
{
    public static readonly string[] All = ["GET", "HEAD"];

    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is IEnumerable<string> methods && methods.Except(All).Any()
            ? new ValidationResult("Only GET and HEAD can be cached.")
            : ValidationResult.Success;
}

/// <summary>The beginning of a host name, which need not be one by itself.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
internal sealed class NamePrefixAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is string text && (text.Length > 253 || text.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '*' or '_')))
            ? new ValidationResult("The beginning of a name consists of letters, digits, dots and hyphens; international names are kept in punycode.")
            : ValidationResult.Success;
}

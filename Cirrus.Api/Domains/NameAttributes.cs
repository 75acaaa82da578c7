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

/// <summary>A host with or without a port, as it is sent as Host.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class HostHeaderAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is string text && Authority.Normalise(text, out _) is { } problem ? new ValidationResult(problem) : ValidationResult.Success;
}

/// <summary>A name that can be asked for by TLS (RFC 6066 section 3).</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ServerNameAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is string text && HostName.NormaliseHost(text, out _) is { } problem ? new ValidationResult($"The name {problem}.") : ValidationResult.Success;
}

/// <summary>The name of a header field that may be changed.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ChangedHeaderAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is string text && HeaderField.ChangedNameProblem(text) is { } problem ? new ValidationResult(problem) : ValidationResult.Success;
}

/// <summary>A status that leads elsewhere.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class RedirectStatusAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is null or 301 or 302 or 303 or 307 or 308 ? ValidationResult.Success : new ValidationResult("The status is 301, 302, 303, 307 or 308.");
}

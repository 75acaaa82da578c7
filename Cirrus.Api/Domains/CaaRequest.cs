using System.ComponentModel.DataAnnotations;
using Cirrus.Core.Domains;

namespace Cirrus.Api.Domains;

/// <summary>Who may issue certificates for the names that lead to an access name (RFC 8659).</summary>
public sealed record CaaRequest : IValidatableObject
{
    /// <summary><c>issue</c> (default), <c>issuewild</c> or <c>iodef</c>.</summary>
    public string? Tag { get; init; }

    /// <summary>An authority such as <c>letsencrypt.org</c>, parameters may follow after a semicolon; <c>;</c> is nobody. Of iodef a URL.</summary>
    [Required(ErrorMessage = "A value is required.")]
    public string? Value { get; init; }

    /// <summary>An authority that does not know the tag must not issue; default false.</summary>
    public bool? Critical { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Value is not null && CaaRecord.Problem(Tag ?? "issue", Value) is var (member, message))
            yield return new ValidationResult(message, [member]);
    }

    internal CaaRecord ToRecord() => new() { Tag = Tag ?? "issue", Value = Value!, Critical = Critical ?? false };
}

using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Cirrus.Core.Configuration;

/// <summary>Bounds of a duration in an options class that has a <c>Section</c>; the message names the configuration key, such as <c>Dns:Retry</c>.</summary>
/// <param name="min">The shortest, as <c>[d.]hh:mm:ss[.fff]</c>.</param>
/// <param name="max">The longest.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class DurationAttribute(string min, string max) : ValidationAttribute
{
    /// <summary>The shortest that is accepted.</summary>
    public TimeSpan Min { get; } = TimeSpan.Parse(min, CultureInfo.InvariantCulture);

    /// <summary>The longest that is accepted.</summary>
    public TimeSpan Max { get; } = TimeSpan.Parse(max, CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        if (value is TimeSpan span && span >= Min && span <= Max)
            return ValidationResult.Success;
        var section = validationContext.ObjectType.GetField("Section")?.GetRawConstantValue();
        var member = validationContext.MemberName!;
        return new ValidationResult($"{section}:{member} must be between {Min} and {Max}, not {value}.", [member]);
    }
}

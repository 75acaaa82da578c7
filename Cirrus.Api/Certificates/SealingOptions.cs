using System.ComponentModel.DataAnnotations;
using Cirrus.Core.Certificates;

namespace Cirrus.Api.Certificates;

/// <summary>With what private keys are sealed; comes from the environment as <c>CIRRUS_KEY_ENCRYPTION_KEYS</c>, or is not set.</summary>
internal sealed class SealingOptions : IValidatableObject
{
    public string? Keys { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        string? problem = null;
        try
        {
            KeySealing.Parse(Keys);
        }
        catch (FormatException e)
        {
            problem = e.Message;
        }
        if (problem is not null)
            yield return new ValidationResult(problem, [nameof(Keys)]);
    }
}

using System.ComponentModel.DataAnnotations;

namespace Cirrus.Api.Purges;

/// <summary>URLs to purge, of any domains.</summary>
public sealed record PurgeBatchRequest : IValidatableObject
{
    /// <summary>Absolute URLs.</summary>
    [Required(ErrorMessage = "URLs are required.")]
    [MinLength(1, ErrorMessage = "The list is empty."), MaxLength(1000, ErrorMessage = "At most 1000 in one batch.")]
    public IReadOnlyList<string>? Urls { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (index, url) in (Urls ?? []).Index())
        {
            if (url is null || !PurgeValue.IsSane(url))
                yield return new ValidationResult(PurgeValue.Rule, [$"{nameof(Urls)}[{index}]"]);
        }
    }
}

using System.ComponentModel.DataAnnotations;

namespace Cirrus.Api.Purges;

/// <summary>What to purge of any domains, all or none of it: <see cref="Urls"/>, <see cref="Purges"/>, or both.</summary>
public sealed record PurgeBatchRequest : IValidatableObject
{
    private const int MostValues = 1000;

    /// <summary>Absolute URLs.</summary>
    [MinLength(1, ErrorMessage = "The list is empty."), MaxLength(MostValues, ErrorMessage = "At most 1000 in one batch.")]
    public IReadOnlyList<string>? Urls { get; init; }

    /// <summary>Whether the purge of <see cref="Urls"/> is soft.</summary>
    public bool? Soft { get; init; }

    /// <summary>Purges of any kind; with the URLs at most 1,000 values.</summary>
    [MinLength(1, ErrorMessage = "The list is empty."), MaxLength(100, ErrorMessage = "At most 100 purges in one batch.")]
    public IReadOnlyList<PurgeRequest>? Purges { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Urls is null && Purges is null)
            yield return new ValidationResult("Give urls, purges, or both.", [nameof(Urls), nameof(Purges)]);
        if ((Urls?.Count ?? 0) + (Purges ?? []).Sum(p => p?.Count ?? 0) > MostValues)
            yield return new ValidationResult($"At most {MostValues} values in one batch.", [nameof(Purges)]);
        foreach (var (index, url) in (Urls ?? []).Index())
        {
            if (url is null || !PurgeValue.IsSane(url))
                yield return new ValidationResult(PurgeValue.Rule, [$"{nameof(Urls)}[{index}]"]);
        }
        foreach (var (index, purge) in (Purges ?? []).Index())
        {
            if (purge is null)
                yield return new ValidationResult("A purge is an object.", [$"{nameof(Purges)}[{index}]"]);
        }
    }
}

using System.ComponentModel.DataAnnotations;

namespace Cirrus.Api.Purges;

/// <summary>What to purge: exactly one of <see cref="Urls"/>, <see cref="Prefixes"/> and <see cref="Everything"/>.</summary>
public sealed record PurgeRequest : IValidatableObject
{
    [Required(ErrorMessage = "A domain is required.")]
    public string? Domain { get; init; }

    /// <summary>Absolute URLs of the domain, or paths with query.</summary>
    [MinLength(1, ErrorMessage = "The list is empty."), MaxLength(1000, ErrorMessage = "At most 1000 in one purge.")]
    public IReadOnlyList<string>? Urls { get; init; }

    /// <summary>Path prefixes.</summary>
    [MinLength(1, ErrorMessage = "The list is empty."), MaxLength(1000, ErrorMessage = "At most 1000 in one purge.")]
    public IReadOnlyList<string>? Prefixes { get; init; }

    public bool? Everything { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var kinds = (Urls is null ? 0 : 1) + (Prefixes is null ? 0 : 1) + (Everything is true ? 1 : 0);
        if (kinds != 1)
            yield return new ValidationResult("Give exactly one of urls, prefixes and everything.", [nameof(Urls), nameof(Prefixes), nameof(Everything)]);

        foreach (var (index, prefix) in (Prefixes ?? []).Index())
        {
            if (prefix is null || !prefix.StartsWith('/') || prefix.IndexOfAny(['?', '#']) >= 0 || !PurgeValue.IsSane(prefix))
                yield return new ValidationResult("A prefix begins with / and has no query.", [$"{nameof(Prefixes)}[{index}]"]);
        }
        foreach (var (index, url) in (Urls ?? []).Index())
        {
            if (url is null || !PurgeValue.IsSane(url))
                yield return new ValidationResult(PurgeValue.Rule, [$"{nameof(Urls)}[{index}]"]);
        }
    }
}

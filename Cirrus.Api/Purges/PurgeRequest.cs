using System.ComponentModel.DataAnnotations;
using Cirrus.Core.Purges;

namespace Cirrus.Api.Purges;

/// <summary>
/// What to purge: exactly one of <see cref="Urls"/>, <see cref="Prefixes"/>, <see cref="Tags"/>, <see cref="Hosts"/> and <see cref="Everything"/>.
/// </summary>
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

    /// <summary>Tags that the origin gave objects by <c>Surrogate-Key</c> or <c>Cache-Tag</c>.</summary>
    [MinLength(1, ErrorMessage = "The list is empty."), MaxLength(1000, ErrorMessage = "At most 1000 in one purge.")]
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Hosts that the domain, a wildcard, serves.</summary>
    [MinLength(1, ErrorMessage = "The list is empty."), MaxLength(1000, ErrorMessage = "At most 1000 in one purge.")]
    public IReadOnlyList<string>? Hosts { get; init; }

    public bool? Everything { get; init; }

    /// <summary>True: what is cached is served on, as stale, while each node fetches it anew. Default false: it is not served any more.</summary>
    public bool? Soft { get; init; }

    internal PurgeKind Kind =>
        Urls is not null ? PurgeKind.Url : Prefixes is not null ? PurgeKind.Prefix : Tags is not null ? PurgeKind.Tag
        : Hosts is not null ? PurgeKind.Host : PurgeKind.Everything;

    internal int Count => (Urls ?? Prefixes ?? Tags ?? Hosts)?.Count ?? 1;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var kinds = new[] { Urls, Prefixes, Tags, Hosts }.Count(list => list is not null) + (Everything is true ? 1 : 0);
        if (kinds != 1)
        {
            yield return new ValidationResult(
                "Give exactly one of urls, prefixes, tags, hosts and everything.",
                [nameof(Urls), nameof(Prefixes), nameof(Tags), nameof(Hosts), nameof(Everything)]);
        }

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
        foreach (var (index, tag) in (Tags ?? []).Index())
        {
            if (tag is null || !PurgeValue.IsTag(tag))
                yield return new ValidationResult(PurgeValue.TagRule, [$"{nameof(Tags)}[{index}]"]);
        }
    }
}

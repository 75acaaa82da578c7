using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Cirrus.Api.Audit;
using Cirrus.Core.Domains;

namespace Cirrus.Api.Domains;

/// <summary>A path that is served under signed URLs only.</summary>
public sealed record SignedUrlsRequest : IValidatableObject
{
    /// <summary>A prefix when it begins with <c>/</c>, else a regular expression.</summary>
    [Required(ErrorMessage = "A path is required.")]
    [MaxLength(256, ErrorMessage = "A path has at most 256 characters."), RulePath]
    public string? Path { get; init; }

    /// <summary>Any of them may have signed; two, while one takes the place of another.</summary>
    [Required(ErrorMessage = "At least one key is required.")]
    [MinLength(1, ErrorMessage = "At least one key is required."), MaxLength(10, ErrorMessage = "At most 10 keys.")]
    public IReadOnlyList<UrlKeyRequest>? Keys { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var fault in Entries.Objects(Keys, nameof(Keys), "A key is an object."))
            yield return fault;
        foreach (var (index, key) in Keys!.Index())
        {
            if (key is not null && Keys!.Take(index).Any(k => k?.Id == key.Id))
                yield return new ValidationResult($"{key.Id} is given twice.", [$"{nameof(Keys)}[{index}].{nameof(key.Id)}"]);
        }
    }

    internal SignedUrls ToSignedUrls() => new(Path!, [.. Keys!.Select(k => new UrlKey(k.Id!, k.Secret!))]);
}

/// <summary>A key that signs URLs.</summary>
public sealed partial record UrlKeyRequest : IValidatableObject
{
    private const int FewestOctets = 16;
    private const int MostOctets = 256;

    /// <summary>Which URLs name.</summary>
    [Required(ErrorMessage = "An id is required.")]
    [RegularExpression("^[A-Za-z0-9._~-]{1,64}$", ErrorMessage = "An id has 1 to 64 letters, digits and . _ ~ -, as it stands in URLs.")]
    public string? Id { get; init; }

    /// <summary>Base64 of 16 to 256 octets.</summary>
    [Required(ErrorMessage = "A secret is required.")]
    public string? Secret { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Problem(Secret!) is { } problem)
            yield return new ValidationResult(problem, [nameof(Secret)]);
    }

    // What is written out may be logged.
    public override string ToString() => $"{nameof(UrlKeyRequest)} {Id}";

    private static string? Problem(string secret)
    {
        if (Redaction.IsMark(secret))
            return Redaction.NotTheCredential;
        var octets = new byte[MostOctets + 2];
        return Base64().IsMatch(secret) && Convert.TryFromBase64String(secret, octets, out var length) && length is >= FewestOctets and <= MostOctets
            ? null
            : $"A secret is base64 (with + and /, and = at its end) of {FewestOctets} to {MostOctets} octets.";
    }

    // Spaces and line ends, which .NET passes over, are left to nobody's guess.
    [GeneratedRegex(@"^[A-Za-z0-9+/]+={0,2}\z")]
    private static partial Regex Base64();
}

using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using Cirrus.Core.Domains;

namespace Cirrus.Api.Domains;

/// <summary>Which pages of other origins may read responses (Cross-Origin Resource Sharing).</summary>
public sealed partial record CorsRequest : IValidatableObject
{
    private static readonly NormalForm Method = Entries.AsItIs(
        text => UpperCaseToken().IsMatch(text) ? null : "A method is a token in upper case, such as PUT.");

    private static readonly NormalForm Field = Entries.AsItIs(HeaderField.NameProblem);

    /// <summary><c>https://app.example.com</c>, <c>https://*.example.com</c>, whose <c>*</c> stands for one label, or <c>*</c> for all.</summary>
    [Required(ErrorMessage = "At least one origin is required.")]
    [MinLength(1, ErrorMessage = "At least one origin is required."), MaxLength(50, ErrorMessage = "At most 50 origins.")]
    public IReadOnlyList<string>? Origins { get; init; }

    /// <summary>Methods that a page may use; default GET, HEAD and POST.</summary>
    [MinLength(1, ErrorMessage = "At least one method; leave the field out for GET, HEAD and POST."), MaxLength(20, ErrorMessage = "At most 20 methods.")]
    public IReadOnlyList<string>? Methods { get; init; }

    /// <summary>Header fields that a page may send; <c>*</c> alone for all.</summary>
    [MaxLength(50, ErrorMessage = "At most 50 header fields.")]
    public IReadOnlyList<string>? Headers { get; init; }

    /// <summary>Header fields that a page may read.</summary>
    [MaxLength(50, ErrorMessage = "At most 50 header fields.")]
    public IReadOnlyList<string>? ExposeHeaders { get; init; }

    /// <summary>A page may send cookies along; default false.</summary>
    public bool? Credentials { get; init; }

    /// <summary>Seconds that a browser may remember the answer to a preflight; default 600.</summary>
    [Range(0, 86400, ErrorMessage = "A maxAge is between 0 and 86400 seconds.")]
    public int? MaxAge { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Credentials == true && Origins!.Contains("*"))
            yield return new ValidationResult("Browsers take no credentials where the origin is *; name the origins.", [nameof(Credentials)]);
        if (Headers is { Count: > 1 } && Headers.Contains("*"))
            yield return new ValidationResult("* is for all header fields, and stands alone.", [nameof(Headers)]);
        var faults = Entries.Check(Origins, nameof(Origins), WebOrigin.Normalise)
            .Concat(Entries.Check(Methods, nameof(Methods), Method))
            .Concat(Entries.Check(Headers, nameof(Headers), Field, StringComparer.OrdinalIgnoreCase))
            .Concat(Entries.Check(ExposeHeaders, nameof(ExposeHeaders), Field, StringComparer.OrdinalIgnoreCase));
        foreach (var fault in faults)
            yield return fault;
    }

    internal Cors ToCors() => new()
    {
        Origins = Origins.Normal(WebOrigin.Normalise)!,
        Methods = Methods,
        Headers = Headers.UnlessEmpty(),
        ExposeHeaders = ExposeHeaders.UnlessEmpty(),
        Credentials = Credentials,
        MaxAge = MaxAge,
    };

    [GeneratedRegex(@"^[A-Z][A-Z0-9_-]{0,31}\z")]
    private static partial Regex UpperCaseToken();
}

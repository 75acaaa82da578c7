using System.ComponentModel.DataAnnotations;
using Cirrus.Core.Domains;

namespace Cirrus.Api.Domains;

/// <summary>What of the query counts: nothing else is part of the cache's key, or reaches the origin.</summary>
public sealed record QueryPolicyRequest : IValidatableObject
{
    private const int MaxName = 128;

    /// <summary><c>all</c> (default), <c>none</c>, <c>allow</c> (the parameters named) or <c>deny</c> (all but them).</summary>
    [RegularExpression("^(all|none|allow|deny)$", ErrorMessage = "The mode is all, none, allow or deny.")]
    public string? Mode { get; init; }

    /// <summary>Of parameters, with <c>allow</c> and <c>deny</c>; one that ends in <c>*</c> is the beginning of a name.</summary>
    [MaxLength(100, ErrorMessage = "At most 100 names.")]
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>The order of parameters makes no difference; default true, with <c>all</c> false.</summary>
    public bool? Sort { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var isByName = Mode is "allow" or "deny";
        if (isByName && Names is null or { Count: 0 })
            return [new ValidationResult($"With {Mode} at least one name is required.", [nameof(Names)])];
        return !isByName && Names is { Count: > 0 }
            ? [new ValidationResult("Names are for the modes allow and deny.", [nameof(Names)])]
            : Entries.Check(Names, nameof(Names), Entries.AsItIs(Problem));
    }

    internal QueryPolicy ToPolicy() => new() { Mode = Words.Read<QueryMode>(Mode), Names = Names.UnlessEmpty(), Sort = Sort };

    private static string? Problem(string name) =>
        name.Length is 0 or > MaxName || name.Any(c => c is <= ' ' or > '~' or '&' or '=' or '#')
            ? $"The name of a parameter is printable ASCII without &, = and #, at most {MaxName} characters; write others percent-encoded."
            : name.AsSpan(0, name.Length - 1).Contains('*') ? "A * stands at the end of a name only."
            : null;
}

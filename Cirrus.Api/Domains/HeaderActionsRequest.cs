using System.ComponentModel.DataAnnotations;
using Cirrus.Core.Domains;

namespace Cirrus.Api.Domains;

/// <summary>What is done to header fields on their way, in this order.</summary>
public sealed record HeaderActionsRequest : IValidatableObject
{
    private const string NoObject = "An action is an object.";

    /// <summary>On requests to the origin.</summary>
    [MaxLength(50, ErrorMessage = "At most 50 actions.")]
    public IReadOnlyList<HeaderActionRequest>? Request { get; init; }

    /// <summary>On responses to clients.</summary>
    [MaxLength(50, ErrorMessage = "At most 50 actions.")]
    public IReadOnlyList<HeaderActionRequest>? Response { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        [.. Entries.Objects(Request, nameof(Request), NoObject), .. Entries.Objects(Response, nameof(Response), NoObject)];

    internal HeaderActions? ToActions() => new HeaderActions
    {
        Request = Request.Made(a => a.ToAction()),
        Response = Response.Made(a => a.ToAction()),
    }.UnlessNothing(new HeaderActions());
}

/// <summary>What is done to one header field.</summary>
public sealed record HeaderActionRequest : IValidatableObject
{
    /// <summary><c>set</c>: in place of what is there; <c>add</c>: besides it; <c>remove</c>.</summary>
    [Required(ErrorMessage = "An action is required: set, add or remove.")]
    [RegularExpression("^(set|add|remove)$", ErrorMessage = "The action is set, add or remove.")]
    public string? Action { get; init; }

    /// <summary>Of the field.</summary>
    [Required(ErrorMessage = "The name of a header field is required."), ChangedHeader]
    public string? Name { get; init; }

    /// <summary>With <c>set</c> and <c>add</c>.</summary>
    public string? Value { get; init; }

    /// <summary>Only there: a prefix when it begins with <c>/</c>, else a regular expression; left out: everywhere.</summary>
    [MaxLength(256, ErrorMessage = "A path has at most 256 characters."), RulePath]
    public string? Path { get; init; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var problem = Action == "remove" ? Value is null ? null : "What is removed has no value."
            : Value is null ? $"A value is required to {Action} a header field."
            : HeaderField.ValueProblem(Value);
        if (problem is not null)
            yield return new ValidationResult(problem, [nameof(Value)]);
    }

    internal HeaderAction ToAction() => new(Words.Read<HeaderChange>(Action)!.Value, Name!, Value, Path);
}

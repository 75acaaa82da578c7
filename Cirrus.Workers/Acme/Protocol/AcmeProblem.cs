using System.Globalization;
using System.Text;

namespace Cirrus.Workers.Acme.Protocol;

/// <summary>A CA's problem document (RFC 7807), kept whole.</summary>
/// <param name="Type">Such as <c>urn:ietf:params:acme:error:rateLimited</c>.</param>
/// <param name="Identifier">The name it is about, in a subproblem (RFC 8555 section 6.7.1).</param>
/// <param name="Raw">The document as it came.</param>
internal sealed record AcmeProblem(
    string Type,
    string? Title,
    string? Detail,
    int? Status,
    string? Instance,
    string? Identifier,
    IReadOnlyList<AcmeProblem> Subproblems,
    string Raw)
{
    private const string Prefix = "urn:ietf:params:acme:error:";

    /// <summary>Whether it is one of ACME's own errors, such as <c>rateLimited</c>.</summary>
    public bool Is(string error) => Type == Prefix + error;

    /// <summary>Whole sentences for an operator.</summary>
    /// <param name="what">Who did what, such as <c>Let's Encrypt refused the order</c>.</param>
    public string InWords(string what, DateTimeOffset? retryAfter = null)
    {
        var words = new StringBuilder($"{what}: {Sentence()}");
        foreach (var part in Subproblems)
            words.Append(' ').Append(part.Identifier is { } name ? $"{name}: " : "").Append(part.Sentence());
        if (ProblemAdvice.For(this) is { } advice)
            words.Append(' ').Append(advice);
        if (retryAfter is { } moment)
            words.Append(CultureInfo.InvariantCulture, $" Try again after {moment.UtcDateTime:u}.");
        return words.ToString();
    }

    private string Sentence()
    {
        var said = Detail ?? Title ?? (Status is { } status ? $"status {status}" : "no reason given");
        return $"{Plain.Line(said).TrimEnd('.', ' ')}{(Type == ProblemDocument.NoType ? "" : $" ({Plain.Line(Type)})")}.";
    }
}

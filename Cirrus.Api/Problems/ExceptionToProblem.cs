using System.Text.Json;
using System.Text.RegularExpressions;
using Cirrus.Core.Redis;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace Cirrus.Api.Problems;

/// <summary>Maps what can go wrong outside a handler's own results: bodies that can't be read, and Redis away.</summary>
internal sealed partial class ExceptionToProblem(IProblemDetailsService problems) : IExceptionHandler
{
    private const int RetryAfterSeconds = 1;

    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception exception, CancellationToken cancellationToken)
    {
        if (Problem(exception) is not { } problem)
            return false;

        context.Response.StatusCode = problem.Status!.Value;
        if (problem.Status == StatusCodes.Status503ServiceUnavailable)
            context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString();
        return await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = problem });
    }

    private static ProblemDetails? Problem(Exception exception) => exception switch
    {
        BadHttpRequestException { InnerException: JsonException json } => Unreadable(json),
        BadHttpRequestException bad when MissingBody().IsMatch(bad.Message) => Invalid("body", "A JSON object is required."),
        BadHttpRequestException bad when BadParameter().Match(bad.Message) is { Success: true } match =>
            Invalid(match.Groups[1].Value, $"'{match.Groups[2].Value}' is not a value for this parameter."),
        BadHttpRequestException bad => new ProblemDetails { Status = bad.StatusCode, Detail = bad.Message },
        _ when exception.IsRedisAway() => new ProblemDetails
        {
            Status = StatusCodes.Status503ServiceUnavailable,
            Detail = "The store does not answer. A write may or may not have been accepted; look, or send it again.",
        },
        _ => null,
    };

    private static HttpValidationProblemDetails Unreadable(JsonException json)
    {
        // Broken JSON has no field to blame: only the reader's last place is known.
        if (IsSyntax(json.Message))
            return Invalid("body", $"This is not the JSON that is expected here (line {json.LineNumber + 1}, octet {json.BytePositionInLine + 1}).");

        // "$.origins[0].port" is how the reader names a place; the caller knows it as origins[0].port.
        var field = json.Path is null or "$" ? "body" : json.Path[(json.Path.StartsWith("$.", StringComparison.Ordinal) ? 2 : 1)..];
        var unknown = UnknownProperty().Match(json.Message);
        var message = unknown.Success ? $"There is no field '{unknown.Groups[1].Value}' here."
            : DuplicateProperty().IsMatch(json.Message) ? "The field is given twice."
            : "The value has the wrong type or range.";
        if (unknown.Success && !field.EndsWith(unknown.Groups[1].Value, StringComparison.Ordinal))
            field = field == "body" ? unknown.Groups[1].Value : $"{field}.{unknown.Groups[1].Value}";
        return Invalid(field, message);
    }

    private static bool IsSyntax(string message) => !UnknownProperty().IsMatch(message) && !DuplicateProperty().IsMatch(message)
        && !message.StartsWith("The JSON value could not be converted", StringComparison.Ordinal);

    private static HttpValidationProblemDetails Invalid(string field, string message) =>
        new(new Dictionary<string, string[]> { [field] = [message] }) { Status = ProblemType.Invalid.Status };

    // The framework says these only in words.
    [GeneratedRegex("^Implicit body inferred for parameter")]
    private static partial Regex MissingBody();

    [GeneratedRegex("^Failed to bind parameter \"\\S+ (\\w+)\" from \"(.*)\"", RegexOptions.Singleline)]
    private static partial Regex BadParameter();

    [GeneratedRegex("^The JSON property '([^']*)' could not be mapped")]
    private static partial Regex UnknownProperty();

    [GeneratedRegex("^Duplicate property")]
    private static partial Regex DuplicateProperty();
}

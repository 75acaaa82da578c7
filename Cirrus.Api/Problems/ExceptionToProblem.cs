using System.Text.Json;
using System.Text.RegularExpressions;
using Cirrus.Core.Certificates;
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
        BadHttpRequestException { InnerException: JsonException json } => Invalid(UnreadableJson.Errors(json)),
        BadHttpRequestException bad when MissingBody().IsMatch(bad.Message) => Invalid("body", "A JSON object is required."),
        BadHttpRequestException bad when BadParameter().Match(bad.Message) is { Success: true } match =>
            Invalid(match.Groups[1].Value, $"'{match.Groups[2].Value}' is not a value for this parameter."),
        // The framework knows of JSON only.
        BadHttpRequestException { StatusCode: StatusCodes.Status415UnsupportedMediaType } => new ProblemDetails { Status = StatusCodes.Status415UnsupportedMediaType },
        BadHttpRequestException bad => new ProblemDetails { Status = bad.StatusCode, Detail = bad.Message },
        _ when exception.IsRedisAway() => new ProblemDetails
        {
            Status = StatusCodes.Status503ServiceUnavailable,
            Detail = "The store does not answer. A write may or may not have been accepted; look, or send it again.",
        },
        // It names the key that is missing in our setting, by its id.
        SealedKeyException => new ProblemDetails { Status = StatusCodes.Status500InternalServerError, Detail = exception.Message },
        _ => null,
    };

    private static HttpValidationProblemDetails Invalid(string field, string message) =>
        Invalid(new Dictionary<string, string[]> { [field] = [message] });

    private static HttpValidationProblemDetails Invalid(IDictionary<string, string[]> errors) => new(errors) { Status = ProblemType.Invalid.Status };

    // The framework says these only in words.
    [GeneratedRegex("^Implicit body inferred for parameter|^Required parameter \"\\S+ \\w+\" was not provided from body")]
    private static partial Regex MissingBody();

    [GeneratedRegex("^Failed to bind parameter \"\\S+ (\\w+)\" from \"(.*)\"", RegexOptions.Singleline)]
    private static partial Regex BadParameter();
}

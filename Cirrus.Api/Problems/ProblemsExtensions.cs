using System.Text.Json;
using Cirrus.Api.Requests;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Cirrus.Api.Problems;

/// <summary>Every error is <c>application/problem+json</c> (RFC 9457); fields are named as the caller wrote them, in camelCase.</summary>
internal static class ProblemsExtensions
{
    public static void AddProblems(this WebApplicationBuilder builder)
    {
        // Without this a body that can't be read is a bare 400 outside Development.
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        builder.Services.AddExceptionHandler<ExceptionToProblem>();
        builder.Services.AddProblemDetails(problems => problems.CustomizeProblemDetails = context =>
        {
            var problem = context.ProblemDetails;
            var isOurs = problem.Type?.StartsWith("/problems/", StringComparison.Ordinal) == true;
            if (problem is HttpValidationProblemDetails validation && !isOurs)
                validation.Errors = validation.Errors.ToDictionary(e => CamelCase(e.Key), e => e.Value);
            if (!isOurs && ProblemType.Of(problem.Status) is { } type)
                (problem.Type, problem.Title) = (type.Uri, type.Title);
            problem.Detail ??= problem.Status switch
            {
                StatusCodes.Status401Unauthorized => "Log in, or send the header Authorization: Bearer followed by a valid token.",
                StatusCodes.Status413PayloadTooLarge => $"The body is larger than {RequestLimits.MaxBody} octets.",
                StatusCodes.Status415UnsupportedMediaType => ProblemType.UnsupportedMediaType.Explanation,
                _ => null,
            };
            problem.Extensions[RequestIdHeader.Member] = context.HttpContext.TraceIdentifier;
            // For whoever notes why the request was refused.
            context.HttpContext.Features.Set(problem);
        });
    }

    /// <summary>A 400 that names the field at fault.</summary>
    public static ValidationProblem Invalid(string field, string message) =>
        Invalid(new Dictionary<string, string[]> { [field] = [message] });

    /// <summary>A 400 that names the fields at fault.</summary>
    public static ValidationProblem Invalid(IDictionary<string, string[]> errors) =>
        TypedResults.ValidationProblem(errors, type: ProblemType.Invalid.Uri, title: ProblemType.Invalid.Title);

    public static ProblemHttpResult NotFound(string what) => Of(ProblemType.NotFound, $"There is no {what}.");

    public static ProblemHttpResult AlreadyExists(string what) => Of(ProblemType.AlreadyExists, $"{what} already exists.");

    public static ProblemHttpResult Contended(string what) => Of(ProblemType.Contended, $"{what} is being written by others all the time.");

    /// <summary>The caller is confined to other domains.</summary>
    public static ProblemHttpResult NotYours(string domain) => Of(ProblemType.Forbidden, $"This token is not for {domain}.");

    public static ProblemHttpResult Of(ProblemType type, string detail) =>
        TypedResults.Problem(detail, statusCode: type.Status, type: type.Uri, title: type.Title);

    /// <summary>A problem that names the fields at fault.</summary>
    public static ProblemHttpResult Of(ProblemType type, string? detail, IDictionary<string, string[]> errors) =>
        TypedResults.Problem(new HttpValidationProblemDetails(errors) { Status = type.Status, Type = type.Uri, Title = type.Title, Detail = detail });

    /// <summary>Names of members as C# has them, Origins[0].Port, become those of JSON; what begins in lower case stays as it was written.</summary>
    public static string CamelCase(string path) =>
        path is [>= 'A' and <= 'Z', ..] ? string.Join('.', path.Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName)) : path;
}

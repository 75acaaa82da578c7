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
            if (problem is HttpValidationProblemDetails validation)
                validation.Errors = validation.Errors.ToDictionary(e => CamelCase(e.Key), e => e.Value);
            problem.Detail ??= problem.Status switch
            {
                StatusCodes.Status401Unauthorized => "Send the header Authorization: Bearer followed by a valid token.",
                StatusCodes.Status415UnsupportedMediaType => "Send the body as application/json.",
                StatusCodes.Status413PayloadTooLarge => $"The body is larger than {RequestLimits.MaxBody} octets.",
                _ => null,
            };
        });
    }

    /// <summary>A 400 that names the fields at fault.</summary>
    public static ValidationProblem Invalid(string field, string message) =>
        TypedResults.ValidationProblem(new Dictionary<string, string[]> { [field] = [message] });

    public static ProblemHttpResult NotFound(string what) =>
        TypedResults.Problem($"There is no {what}.", statusCode: StatusCodes.Status404NotFound);

    public static ProblemHttpResult Conflict(string detail) =>
        TypedResults.Problem(detail, statusCode: StatusCodes.Status409Conflict);

    // The framework's validation names members as C# does: Origins[0].Port.
    private static string CamelCase(string path) =>
        string.Join('.', path.Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName));
}

using Cirrus.Api.Problems;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Cirrus.Api.OpenApi;

/// <summary>Documents every problem an operation may answer with; all have one schema.</summary>
internal sealed class ProblemResponses : IOpenApiOperationTransformer
{
    private const string Schema = "Problem";
    private const string MediaType = "application/problem+json";

    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var document = context.Document!;
        document.AddComponent(Schema, Describe());
        operation.Responses ??= [];
        // What the framework found by itself has a schema of its own.
        foreach (var status in operation.Responses.Keys.Where(s => s is not ['2' or '3', ..]).ToList())
            operation.Responses.Remove(status);

        foreach (var problems in new OperationFacts(context.Description).Problems().GroupBy(p => p.Status))
        {
            var id = string.Join("-or-", problems.Select(p => p.Name));
            document.AddComponent(id, Answer([.. problems], document));
            operation.Responses[$"{problems.Key}"] = new OpenApiResponseReference(id, document);
        }
        return Task.CompletedTask;
    }

    private static OpenApiResponse Answer(ProblemType[] problems, OpenApiDocument document) => new()
    {
        Description = string.Join("\n\n", problems.Select(p => $"`{p.Name}`: {p.Explanation}")),
        Headers = HeaderFields.Answers(problems[0].Status switch
        {
            StatusCodes.Status401Unauthorized => [("WWW-Authenticate", "Bearer.")],
            StatusCodes.Status409Conflict or StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable =>
                [("Retry-After", "Seconds to wait before the next try, where trying again makes sense.")],
            _ => [],
        }),
        Content = new Dictionary<string, OpenApiMediaType>
        {
            [MediaType] = new() { Schema = new OpenApiSchemaReference(Schema, document), Example = Examples.Of(problems[0]) },
        },
    };

    private static OpenApiSchema Describe() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "What went wrong (RFC 9457).",
        Required = new HashSet<string> { "type", "title", "status" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = Text("Which kind of problem; opens as a page that explains it.", "uri-reference", ProblemType.All.Select(t => t.Uri)),
            ["title"] = Text("The kind in words."),
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "The HTTP status." },
            ["detail"] = Text("What is the matter this time."),
            ["requestId"] = Text("By which the audit trail knows the request."),
            ["traceId"] = Text("By which the logs and traces know the request."),
            ["errors"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = "For each field at fault, named as it was written, what is wrong with it.",
                AdditionalProperties = new OpenApiSchema { Type = JsonSchemaType.Array, Items = Text(null) },
            },
        },
    };

    private static OpenApiSchema Text(string? description, string? format = null, IEnumerable<string>? words = null) => new()
    {
        Type = JsonSchemaType.String,
        Description = description,
        Format = format,
        Enum = words?.Select(w => (System.Text.Json.Nodes.JsonNode)w).ToList(),
    };
}

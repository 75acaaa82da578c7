using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Cirrus.Api.OpenApi;

/// <summary>Describes bodies of newline-delimited JSON: OpenAPI 3.1 has no word for them, so the schema is that of a line.</summary>
internal sealed class Lines : IOpenApiOperationTransformer
{
    private const string MediaType = "application/x-ndjson";

    public async Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (operation.RequestBody is OpenApiRequestBody { Content: { } request } body && request.ContainsKey(MediaType))
            body.Description = "Newline-delimited JSON: each line is what the schema describes.";
        if (operation.Responses?.GetValueOrDefault("200") is not OpenApiResponse { Content: { } answer } response
            || !answer.TryGetValue(MediaType, out var media))
            return;

        response.Description = "Newline-delimited JSON: each line is what the schema describes.";
        if (new OperationFacts(context.Description).LastLine is not { } last)
            return;
        response.Description = $"{response.Description} The last line, and no other, is {last.Name}.";
        context.Document!.AddComponent(last.Name, await context.GetOrCreateSchemaAsync(last, cancellationToken: cancellationToken));
        media.Schema = new OpenApiSchema { OneOf = [media.Schema!, new OpenApiSchemaReference(last.Name, context.Document)] };
    }
}

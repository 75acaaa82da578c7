using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Cirrus.Api.OpenApi;

/// <summary>Puts an example beside every body.</summary>
internal sealed class BodyExamples : IOpenApiOperationTransformer
{
    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var bodies = (operation.Responses ?? []).Values.Select(r => r.Content).Append(operation.RequestBody?.Content);
        foreach (var media in bodies.OfType<IDictionary<string, OpenApiMediaType>>().SelectMany(c => c.Values))
        {
            if (media.Example is null && NameOf(media.Schema) is { } schema)
                media.Example = Examples.Of(schema);
        }
        return Task.CompletedTask;
    }

    // Of lines that are one thing or another, the first.
    private static string? NameOf(IOpenApiSchema? schema) => schema switch
    {
        OpenApiSchemaReference reference => reference.Reference.Id,
        { OneOf: [var first, ..] } => NameOf(first),
        _ => null,
    };
}

using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Cirrus.Api.OpenApi;

/// <summary>
/// Describes the body of a PATCH as what may be written of the document, every member optional: a handler takes any JSON, for it merges the
/// patch before it reads the whole.
/// </summary>
internal sealed class MergePatches : IOpenApiOperationTransformer, IOpenApiDocumentTransformer
{
    private const string Request = "Request";
    private const string Patch = "Patch";

    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        if (new OperationFacts(context.Description).PatchOf is { } type)
        {
            foreach (var media in operation.RequestBody!.Content!.Values)
                media.Schema = new OpenApiSchemaReference(type.Name.Replace(Request, Patch, StringComparison.Ordinal), context.Document);
        }
        return Task.CompletedTask;
    }

    // Only here all schemas are in their places.
    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        var requests = context.DescriptionGroups.SelectMany(g => g.Items).Select(d => new OperationFacts(d).PatchOf).OfType<Type>().Distinct();
        foreach (var name in requests.Select(t => t.Name))
            document.AddComponent(name.Replace(Request, Patch, StringComparison.Ordinal), PatchOf(name, document.Components!.Schemas![name]));
        return Task.CompletedTask;
    }

    private static OpenApiSchema PatchOf(string name, IOpenApiSchema request) => new()
    {
        Type = JsonSchemaType.Object,
        Description = $"A merge patch (RFC 7396) with members of {name}: what is left out stays as it is, null removes, lists are replaced whole.",
        Properties = request.Properties!.ToDictionary(p => p.Key, p => OptionalMembers(p.Value)),
        AdditionalPropertiesAllowed = false,
    };

    // A map is merged member by member, so null removes one of those, too.
    private static IOpenApiSchema OptionalMembers(IOpenApiSchema schema)
    {
        if (schema is not OpenApiSchema { AdditionalProperties: OpenApiSchema { Type: { } type } } map)
            return schema;
        var copy = (OpenApiSchema)map.CreateShallowCopy();
        copy.AdditionalProperties = new OpenApiSchema { Type = type | JsonSchemaType.Null };
        return copy;
    }
}

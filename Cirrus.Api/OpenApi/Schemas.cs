using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Cirrus.Core.Changes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Cirrus.Api.OpenApi;

/// <summary>Describes what the framework does not see of a type: how its converter writes it, and which members may be absent.</summary>
internal sealed class Schemas : IOpenApiSchemaTransformer
{
    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = context.JsonTypeInfo.Type;
        if (type == typeof(ChangeId) || type == typeof(ChangeId?))
        {
            // Where it may be null, whoever refers to it says so.
            schema.Type = JsonSchemaType.String;
            schema.Pattern = @"^\d+-\d+$";
        }
        else if ((Nullable.GetUnderlyingType(type) ?? type).IsEnum)
        {
            // The same here.
            schema.Type = JsonSchemaType.String;
            schema.Enum = [.. (schema.Enum ?? []).Where(word => word is not null && !word.IsJsonNullSentinel())];
        }
        foreach (var member in context.JsonTypeInfo.Properties.Where(MayBeAbsent))
            schema.Required?.Remove(member.Name);
        return Task.CompletedTask;
    }

    private static bool MayBeAbsent(JsonPropertyInfo member) =>
        member.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true)
            is [JsonIgnoreAttribute { Condition: JsonIgnoreCondition.WhenWritingNull }];
}

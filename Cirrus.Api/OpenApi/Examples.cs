using System.Text.Json;
using System.Text.Json.Nodes;
using Cirrus.Api.Problems;

namespace Cirrus.Api.OpenApi;

/// <summary>The examples of the OpenAPI document, from <c>examples.json</c>: one for each type that travels as a body.</summary>
internal static class Examples
{
    private static readonly JsonObject All = Load();

    /// <summary>The example of a schema's name, or null.</summary>
    public static JsonNode? Of(string schema) => All[schema]?.DeepClone();

    /// <summary>A problem of one type.</summary>
    public static JsonNode Of(ProblemType type)
    {
        var problem = new JsonObject
        {
            ["type"] = type.Uri,
            ["title"] = type.Title,
            ["status"] = type.Status,
            ["requestId"] = "0HNABCDEF0123:00000001",
            ["traceId"] = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
        };
        if (type == ProblemType.Invalid)
            problem["errors"] = new JsonObject { ["origins[0].port"] = new JsonArray("A port is between 1 and 65535.") };
        return problem;
    }

    private static JsonObject Load()
    {
        using var stream = typeof(Examples).Assembly.GetManifestResourceStream("examples.json")
            ?? throw new InvalidOperationException("The examples are not embedded.");
        return JsonSerializer.Deserialize<JsonObject>(stream)!;
    }
}

using System.Text.Json.Nodes;

namespace Cirrus.Tests.Api.OpenApi;

/// <summary>The API's OpenAPI document as a client reads it.</summary>
internal sealed class ApiDocument(JsonNode json)
{
    private static readonly HashSet<string> Methods = ["get", "put", "post", "patch", "delete"];

    public JsonNode Json => json;

    public IReadOnlyList<Operation> Operations { get; } =
    [
        .. from path in json["paths"]!.AsObject()
           from method in path.Value!.AsObject()
           where Methods.Contains(method.Key)
           select new Operation(path.Key, method.Key, method.Value!),
    ];

    public static async Task<ApiDocument> ReadAsync(HttpClient client) =>
        new(JsonNode.Parse(await client.GetStringAsync("/openapi/v1.json"))!);

    public Operation Find(string id) => Operations.Single(o => o.Id == id);

    /// <summary>What a reference points at, or the node itself.</summary>
    public JsonNode Resolve(JsonNode node) => (string?)node["$ref"] is { } reference
        ? reference[2..].Split('/').Aggregate(json, (at, step) => at[step]!)
        : node;
}

/// <summary>One operation of the document.</summary>
internal sealed record Operation(string Path, string Method, JsonNode Json)
{
    public string Id => (string)Json["operationId"]!;

    public bool IsAnonymous => Json["security"] is JsonArray { Count: 0 };

    /// <summary>No token may call it.</summary>
    public bool IsForSession => Json["security"] is JsonArray { Count: 1 } only && only[0]!["session"] is not null;

    public JsonObject? RequestContent => Json["requestBody"]?["content"]?.AsObject();

    public override string ToString() => $"{Method.ToUpperInvariant()} {Path}";
}

internal static class Places
{
    /// <summary>Of these parameters, those in the operation's path.</summary>
    public static Dictionary<string, string> In(this IReadOnlyDictionary<string, string> parameters, Operation operation) =>
        parameters.Where(p => operation.Path.Contains($"{{{p.Key}}}", StringComparison.Ordinal)).ToDictionary();
}

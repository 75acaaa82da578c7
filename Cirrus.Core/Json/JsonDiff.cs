using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Cirrus.Core.Json;

/// <summary>One operation of a JSON Patch (RFC 6902 section 4).</summary>
/// <param name="Op"><c>add</c>, <c>remove</c> or <c>replace</c>.</param>
/// <param name="Path">JSON Pointer (RFC 6901).</param>
/// <param name="Value">What is added or put in place; absent with <c>remove</c>.</param>
public sealed record PatchOperation(
    string Op,
    string Path,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JsonElement? Value = null);

/// <summary>The difference of two JSON documents as a JSON Patch (RFC 6902).</summary>
public static class JsonDiff
{
    /// <summary>Operations that turn <paramref name="from"/> into <paramref name="to"/>, to be applied in order; none when they are equal.</summary>
    public static IReadOnlyList<PatchOperation> Between(JsonNode? from, JsonNode? to)
    {
        var operations = new List<PatchOperation>();
        Compare(from, to, "", operations);
        return operations;
    }

    private static void Compare(JsonNode? from, JsonNode? to, string path, List<PatchOperation> operations)
    {
        if (from is JsonObject left && to is JsonObject right)
            CompareObjects(left, right, path, operations);
        else if (from is JsonArray before && to is JsonArray after)
            CompareArrays(before, after, path, operations);
        else if (!JsonNode.DeepEquals(from, to))
            operations.Add(new PatchOperation("replace", path, Element(to)));
    }

    private static void CompareObjects(JsonObject from, JsonObject to, string path, List<PatchOperation> operations)
    {
        foreach (var (name, value) in from)
        {
            if (to.TryGetPropertyValue(name, out var other))
                Compare(value, other, Pointer(path, name), operations);
            else
                operations.Add(new PatchOperation("remove", Pointer(path, name)));
        }
        foreach (var (name, value) in to.Where(m => !from.ContainsKey(m.Key)))
            operations.Add(new PatchOperation("add", Pointer(path, name), Element(value)));
    }

    private static void CompareArrays(JsonArray from, JsonArray to, string path, List<PatchOperation> operations)
    {
        var common = Math.Min(from.Count, to.Count);
        for (var i = 0; i < common; i++)
            Compare(from[i], to[i], $"{path}/{i}", operations);
        // From the end, so that the places of the others stay what they are.
        for (var i = from.Count - 1; i >= common; i--)
            operations.Add(new PatchOperation("remove", $"{path}/{i}"));
        for (var i = common; i < to.Count; i++)
            operations.Add(new PatchOperation("add", $"{path}/{i}", Element(to[i])));
    }

    private static string Pointer(string path, string name) =>
        $"{path}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    private static JsonElement Element(JsonNode? node) => JsonSerializer.SerializeToElement(node, JsonNodes.Default.JsonNode);
}

[JsonSerializable(typeof(JsonNode))]
internal sealed partial class JsonNodes : JsonSerializerContext;

using System.Text.Json.Nodes;

namespace Cirrus.Core.Json;

/// <summary>JSON Merge Patch (RFC 7396): null removes a member, an object is merged into, anything else replaces.</summary>
public static class MergePatch
{
    /// <summary>Its media type (RFC 7396 section 4).</summary>
    public const string MediaType = "application/merge-patch+json";

    /// <summary>Merges <paramref name="patch"/> into <paramref name="target"/>, both of which stay as they are (RFC 7396 section 2).</summary>
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
            return patch?.DeepClone();
        var merged = target is JsonObject ? target.DeepClone().AsObject() : [];
        foreach (var (name, value) in changes)
        {
            if (value is null)
                merged.Remove(name);
            else
                merged[name] = Apply(merged[name], value);
        }
        return merged;
    }
}

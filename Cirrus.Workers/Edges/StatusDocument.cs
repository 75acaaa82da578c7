using System.Text.Json;
using System.Text.Json.Serialization;
using Cirrus.Core.Changes;

namespace Cirrus.Workers.Edges;

/// <summary>What an edge says of itself (docs/edge.md), as far as we use it.</summary>
/// <param name="Node">Its id.</param>
/// <param name="Version">Of its software.</param>
/// <param name="Applied">The newest change it has applied; null before it has loaded anything.</param>
/// <param name="Ready">It can serve its clients.</param>
internal sealed record StatusDocument(string? Node, string? Version, string? Applied, bool Ready)
{
    public ChangeId AppliedChange => ChangeId.TryParse(Applied, out var id) ? id : ChangeId.Zero;

    /// <summary>Null when the text is no status document.</summary>
    public static StatusDocument? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, StatusJson.Default.StatusDocument);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(StatusDocument))]
internal sealed partial class StatusJson : JsonSerializerContext;

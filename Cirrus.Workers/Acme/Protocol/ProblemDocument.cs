using System.Text.Json;

namespace Cirrus.Workers.Acme.Protocol;

/// <summary>Reads problem documents (RFC 7807) as forgivingly as an error deserves: what can't be read is left out.</summary>
internal static class ProblemDocument
{
    /// <summary>The type of what has none: a plain HTTP error (RFC 7807 section 4.2).</summary>
    public const string NoType = "about:blank";

    /// <summary>Null when the text is no problem document.</summary>
    public static AcmeProblem? Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return Read(JsonElement.Parse(json));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public static AcmeProblem? Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
            return null;
        var (type, title, detail) = (Text(json, "type"), Text(json, "title"), Text(json, "detail"));
        if ((type ?? title ?? detail) is null)
            return null;
        return new AcmeProblem(
            type ?? NoType, title, detail, Number(json, "status"), Text(json, "instance"), Identifier(json), Subproblems(json), json.GetRawText());
    }

    private static IReadOnlyList<AcmeProblem> Subproblems(JsonElement json) =>
        json.TryGetProperty("subproblems", out var parts) && parts.ValueKind == JsonValueKind.Array
            ? [.. parts.EnumerateArray().Select(Read).OfType<AcmeProblem>()]
            : [];

    private static string? Identifier(JsonElement json) =>
        json.TryGetProperty("identifier", out var identifier) && identifier.ValueKind == JsonValueKind.Object ? Text(identifier, "value") : null;

    private static string? Text(JsonElement json, string member) =>
        json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int? Number(JsonElement json, string member) =>
        json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;
}

using System.Text.Json;

namespace Cirrus.Api.Requests;

/// <summary>
/// JSON can escape half of a surrogate pair, which is no text (RFC 8259 section 8.2). Where a body is read into a type the reader refuses it; an
/// element holds it until it is asked for.
/// </summary>
internal static class ReadableText
{
    public const string Rule = "A string holds half of a surrogate pair.";

    /// <summary>Whether all names and strings in it are text.</summary>
    public static bool IsIn(JsonElement element)
    {
        try
        {
            return element.ValueKind switch
            {
                JsonValueKind.String => element.GetString() is not null,
                JsonValueKind.Array => element.EnumerateArray().All(IsIn),
                JsonValueKind.Object => element.EnumerateObject().All(member => member.Name is not null && IsIn(member.Value)),
                _ => true,
            };
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}

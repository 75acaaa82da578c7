using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Cirrus.Core.Identities;

namespace Cirrus.Api.Problems;

/// <summary>Says which field is at fault in JSON that could not be read as what is expected.</summary>
internal static partial class UnreadableJson
{
    public static Dictionary<string, string[]> Errors(JsonException json)
    {
        var (field, message) = Fault(json);
        return new Dictionary<string, string[]> { [field] = [message] };
    }

    private static (string Field, string Message) Fault(JsonException json)
    {
        // Broken JSON has no field to blame: only the reader's last place is known.
        if (IsSyntax(json.Message))
            return ("body", $"This is not the JSON that is expected here (line {json.LineNumber + 1}, octet {json.BytePositionInLine + 1}).");

        // "$.origins[0].port" is how the reader names a place; the caller knows it as origins[0].port.
        var field = json.Path is null or "$" ? "body" : json.Path[(json.Path.StartsWith("$.", StringComparison.Ordinal) ? 2 : 1)..];
        var unknown = UnknownProperty().Match(json.Message);
        var missing = MissingProperty().Match(json.Message);
        if (missing.Success)
            return (field == "body" ? missing.Groups[1].Value : $"{field}.{missing.Groups[1].Value}", "The field is required.");
        var twice = DuplicateProperty().Match(json.Message);
        var message = unknown.Success ? $"There is no field '{unknown.Groups[1].Value}' here."
            : twice.Success ? "The field is given twice."
            : Words(json.Message) is { } words ? $"This is one of: {string.Join(", ", words)}."
            : "The value has the wrong type or range.";
        if (unknown.Success && !field.EndsWith(unknown.Groups[1].Value, StringComparison.Ordinal))
            field = field == "body" ? unknown.Groups[1].Value : $"{field}.{unknown.Groups[1].Value}";
        // Where it is not read into a type, only the words name it.
        return (twice.Success && field == "body" ? twice.Groups[1].Value : field, message);
    }

    // Of an enum of ours what it may be.
    private static IEnumerable<string>? Words(string message) =>
        WantedType().Match(message) is { Success: true } match && typeof(Role).Assembly.GetType(match.Groups[1].Value) is { IsEnum: true } type
            ? type.GetFields(BindingFlags.Public | BindingFlags.Static)
                .Select(f => f.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? f.Name)
            : null;

    private static bool IsSyntax(string message) => !UnknownProperty().IsMatch(message) && !DuplicateProperty().IsMatch(message)
        && !MissingProperty().IsMatch(message)
        && !message.StartsWith("The JSON value could not be converted", StringComparison.Ordinal);

    // The framework says these only in words.
    [GeneratedRegex("^The JSON property '([^']*)' could not be mapped")]
    private static partial Regex UnknownProperty();

    [GeneratedRegex("^JSON deserialization for type '[^']*' was missing required properties including: '([^']*)'")]
    private static partial Regex MissingProperty();

    [GeneratedRegex("^The JSON value could not be converted to (?:System\\.Nullable`1\\[)?([\\w.]+)")]
    private static partial Regex WantedType();

    [GeneratedRegex("^Duplicate property(?: name)? '([^']*)'")]
    private static partial Regex DuplicateProperty();
}

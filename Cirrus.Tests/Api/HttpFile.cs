using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Cirrus.Tests.Api;

/// <summary>One request of an .http file, with its variables still in it.</summary>
/// <param name="Name">By which later requests refer to it, or null.</param>
/// <param name="Status">What the comment above it promises.</param>
internal sealed record HttpFileRequest(
    string Title, string? Name, int Status, string Method, string Target, IReadOnlyList<(string Name, string Value)> Headers, string? Body);

/// <summary>An .http file, of the syntax as much as Visual Studio, Rider and VS Code have in common, and references to earlier answers.</summary>
internal sealed partial record HttpFile(IReadOnlyDictionary<string, string> Variables, IReadOnlyList<HttpFileRequest> Requests)
{
    public static HttpFile Read(string text)
    {
        var sections = Separator().Split(text.ReplaceLineEndings("\n"));
        var variables = sections[0].Split('\n').Select(l => Variable().Match(l)).Where(m => m.Success).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);
        return new HttpFile(variables, [.. sections.Skip(1).Select(ReadRequest)]);
    }

    /// <summary>A text with <c>{{name}}</c>, <c>{{name.response.headers.X}}</c> and <c>{{name.response.body.$.path}}</c> replaced.</summary>
    public static string Fill(string text, IReadOnlyDictionary<string, string> variables, IReadOnlyDictionary<string, (HttpResponseMessage Response, string Body)> answers) =>
        Reference().Replace(text, reference => reference.Groups[1].Value.Split('.', 4) switch
        {
            [var name] => variables[name],
            [var name, "response", "headers", var field] => answers[name].Response.Headers.GetValues(field).Single(),
            [var name, "response", "body", ['$', '.', .. var path]] => $"{path.Split('.').Aggregate(JsonNode.Parse(answers[name].Body), Step)}",
            _ => throw new FormatException($"{reference.Value} is not understood."),
        });

    private static HttpFileRequest ReadRequest(string section)
    {
        var lines = section.Split('\n');
        var start = Array.FindIndex(lines, 1, l => l.Length > 0 && l[0] != '#');
        var comments = lines[1..start];
        var blank = Array.FindIndex(lines, start, l => l.Length == 0);
        var end = blank < 0 ? lines.Length : blank;
        var body = string.Join('\n', lines[end..]).Trim();
        var request = lines[start].Split(' ', 2);
        return new HttpFileRequest(
            lines[0].Trim(),
            comments.Where(c => c.StartsWith("# @name ", StringComparison.Ordinal)).Select(c => c[8..]).SingleOrDefault(),
            int.Parse(comments.Single(c => Status().IsMatch(c))[2..]),
            request[0],
            request[1],
            [.. lines[(start + 1)..end].Select(l => l.Split(": ", 2)).Select(h => (h[0], h[1]))],
            body.Length == 0 ? null : body);
    }

    // A member, or a member and a place in its list.
    private static JsonNode? Step(JsonNode? at, string step) => Place().Match(step) is { Success: true } place
        ? at![place.Groups[1].Value]![int.Parse(place.Groups[2].Value)]
        : at![step];

    [GeneratedRegex("^###", RegexOptions.Multiline)]
    private static partial Regex Separator();

    [GeneratedRegex(@"^@(\w+) = (.*)$")]
    private static partial Regex Variable();

    [GeneratedRegex(@"^# \d{3}$")]
    private static partial Regex Status();

    [GeneratedRegex(@"\{\{([^}]+)\}\}")]
    private static partial Regex Reference();

    [GeneratedRegex(@"^(\w+)\[(\d+)\]$")]
    private static partial Regex Place();
}

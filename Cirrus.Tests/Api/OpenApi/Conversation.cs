using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Api.OpenApi;

/// <summary>Calls operations of the document by their id, and keeps every answer to hold it against the document.</summary>
internal sealed partial class Conversation(ApiDocument document)
{
    private readonly List<string> _answers = [];

    /// <summary>Ids of the operations that have been answered with success.</summary>
    public HashSet<string> Succeeded { get; } = [];

    /// <summary>The document's example of an operation's body.</summary>
    public string ExampleOf(string id) => document.Find(id).RequestContent!.First().Value!["example"]!.ToJsonString();

    /// <param name="place">Path and query parameters, such as <c>{"name": "www.example.com"}</c>; those that the path doesn't name go to the query.</param>
    /// <param name="body">Null: the document's example.</param>
    /// <param name="type">Null: the first that the document names.</param>
    public async Task<Answer> CallAsync(
        HttpClient client, string id, IReadOnlyDictionary<string, string>? place = null, string? body = null, string? type = null,
        params (string Name, string Value)[] headers)
    {
        var operation = document.Find(id);
        place ??= new Dictionary<string, string>();
        var inPath = Parameter().Matches(operation.Path).Select(m => m.Groups[1].Value).ToHashSet();
        var path = Parameter().Replace(operation.Path, m => Uri.EscapeDataString(place[m.Groups[1].Value]));
        var query = string.Join('&', place.Where(p => !inPath.Contains(p.Key)).Select(p => $"{p.Key}={Uri.EscapeDataString(p.Value)}"));

        using var request = new HttpRequestMessage(new HttpMethod(operation.Method.ToUpperInvariant()), query.Length > 0 ? $"{path}?{query}" : path);
        if (operation.RequestContent?.First() is { } content)
        {
            request.Content = new StringContent(body ?? ExampleOf(id), Encoding.UTF8);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(type ?? content.Key);
        }
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await RecordAsync(operation, await client.SendAsync(request));
    }

    /// <summary>What does not fit the document, a line each; empty when everything does.</summary>
    public async Task<string> MismatchesAsync()
    {
        using var folder = new WorkFolder();
        var (openapi, answers) = (folder.At("openapi.json"), folder.At("answers.ndjson"));
        await File.WriteAllTextAsync(openapi, document.Json.ToJsonString());
        await File.WriteAllLinesAsync(answers, _answers);
        await using var check = ChildProcess.Start("node", "nodejs", [Repository.At("scripts/openapi/check-answers.mjs"), openapi, answers]);
        await Wait.UntilAsync("the answers to be checked", () => check.HasExited);
        return check.ExitCode == 0 || check.Output.Length > 0 ? check.Output : $"check-answers.mjs ended with {check.ExitCode}";
    }

    private async Task<Answer> RecordAsync(Operation operation, HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        var type = text.Length == 0 ? null : response.Content.Headers.ContentType?.MediaType;
        var isJson = type?.EndsWith("json", StringComparison.Ordinal) == true && !type.EndsWith("ndjson", StringComparison.Ordinal);
        var body = isJson ? JsonNode.Parse(text) : null;
        _answers.Add(new JsonObject
        {
            ["path"] = operation.Path,
            ["method"] = operation.Method,
            ["status"] = (int)response.StatusCode,
            ["type"] = type,
            ["body"] = body?.DeepClone() ?? text,
        }.ToJsonString(JsonSerializerOptions.Web));
        if (response.IsSuccessStatusCode)
            Succeeded.Add(operation.Id);
        return new Answer(response, body, text);
    }

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Parameter();
}

/// <summary>An answer, read.</summary>
internal sealed record Answer(HttpResponseMessage Response, JsonNode? Body, string Text)
{
    public int Status => (int)Response.StatusCode;

    public string ETag => Response.Headers.ETag!.Tag;
}

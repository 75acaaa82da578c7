using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cirrus.Tests.Api;

/// <summary>Short words for asking the API and reading its answers.</summary>
internal static class Answers
{
    public static Task<HttpResponseMessage> PostJsonAsync(this HttpClient client, string path, string json) =>
        client.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"));

    public static Task<HttpResponseMessage> PutJsonAsync(this HttpClient client, string path, string json) =>
        client.PutAsync(path, new StringContent(json, Encoding.UTF8, "application/json"));

    public static Task<HttpResponseMessage> PatchJsonAsync(this HttpClient client, string path, string json, string type = "application/merge-patch+json") =>
        client.PatchAsync(path, new StringContent(json, Encoding.UTF8, type));

    public static Task<HttpResponseMessage> SendAsync(this HttpClient client, HttpMethod method, string path, string ifMatch, string? json = null)
    {
        var request = new HttpRequestMessage(method, path)
        {
            Content = json is null ? null : new StringContent(json, Encoding.UTF8, method == HttpMethod.Patch ? "application/merge-patch+json" : "application/json"),
        };
        request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return client.SendAsync(request);
    }

    /// <summary>Sends JSON with a condition.</summary>
    public static Task<HttpResponseMessage> SendJsonAsync(
        this HttpClient client, HttpMethod method, string path, string? json = null, string? ifMatch = null, string type = "application/json")
    {
        var request = new HttpRequestMessage(method, path);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, type);
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return client.SendAsync(request);
    }

    /// <summary>A merge patch (RFC 7396).</summary>
    public static Task<HttpResponseMessage> PatchDomainAsync(this HttpClient client, string name, string patch, string? ifMatch = null) =>
        client.SendJsonAsync(HttpMethod.Patch, $"/api/v1/domains/{name}", patch, ifMatch, "application/merge-patch+json");

    /// <summary>The media type that a route takes.</summary>
    public static string TypeFor(string path) => path.Split('?')[0].EndsWith("/import", StringComparison.Ordinal) ? "application/x-ndjson" : "application/json";

    public static async Task<JsonNode> ReadAsync(this HttpResponseMessage response, HttpStatusCode expected)
    {
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"{(int)response.StatusCode} instead of {(int)expected}: {body}");
        return JsonNode.Parse(body)!;
    }

    /// <summary>The names of the fields a problem complains of.</summary>
    public static async Task<string[]> InvalidFieldsAsync(this HttpResponseMessage response)
    {
        var problem = await response.ReadAsync(HttpStatusCode.BadRequest);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        return [.. problem["errors"]!.AsObject().Select(e => e.Key).Order(StringComparer.Ordinal)];
    }

    public static string Change(this HttpResponseMessage response) => Assert.Single(response.Headers.GetValues("Cirrus-Change"));

    /// <summary>A name no other test uses.</summary>
    public static string FreshDomain() => $"www.t{Guid.NewGuid():N}.test";

    /// <summary>The smallest body of a domain.</summary>
    public static string Domain(string name, int port = 9000) =>
        JsonSerializer.Serialize(new { name, origins = new[] { new { scheme = "http", host = "127.0.0.1", port } } });
}

using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Cirrus.Tests.Api;

/// <summary>Who sees the credentials among the header fields towards an origin.</summary>
[Collection(ApiCollection.Name)]
public sealed class OriginCredentialTests(ApiServer api)
{
    private const string First = "Bearer first-secret";
    private const string Second = "Bearer second-secret";

    private readonly string _name = Answers.FreshDomain();

    private string Path => $"/api/v1/domains/{_name}";

    [Fact]
    public async Task A_viewer_is_shown_that_there_is_a_credential_and_not_which()
    {
        await PutAsync(First);
        await PutAsync(Second);
        using var viewer = await WithTokenAsync("viewer");
        using var other = await WithTokenAsync("operator");

        foreach (var path in new[]
                 {
                     Path, $"{Path}/headers", $"{Path}/history/1", $"{Path}/history/2?against=1", $"/api/v1/domains?q={_name}", $"/api/v1/domains/export?q={_name}",
                 })
        {
            var shown = await viewer.GetStringAsync(path);
            Assert.DoesNotContain("secret", shown, StringComparison.Ordinal);
            Assert.Contains("redacted:sha256:", shown, StringComparison.Ordinal);
            Assert.Contains("X-Plain", shown, StringComparison.Ordinal);
            Assert.Contains("secret", await other.GetStringAsync(path), StringComparison.Ordinal);
        }
        // That it has changed is shown.
        var diff = JsonNode.Parse(await viewer.GetStringAsync($"{Path}/history/2?against=1"))!["diff"]!.AsArray();
        Assert.Contains(diff, o => (string?)o!["path"] == "/upstreamHeaders/Authorization");
    }

    [Fact]
    public async Task What_stands_in_for_a_credential_is_not_taken_for_one()
    {
        await PutAsync(First);
        using var viewer = await WithTokenAsync("viewer");
        var shown = await viewer.GetStringAsync(Path);

        Assert.Equal(["upstreamHeaders"], await (await api.Client.PutJsonAsync(Path, shown)).InvalidFieldsAsync());
        Assert.Equal(["upstreamHeaders"], await (await api.Client.PutJsonAsync($"{Path}/headers", await viewer.GetStringAsync($"{Path}/headers"))).InvalidFieldsAsync());
        var lines = await (await api.Client.PostAsync(
            "/api/v1/domains/import",
            new StringContent(await viewer.GetStringAsync($"/api/v1/domains/export?q={_name}"), Encoding.UTF8, "application/x-ndjson"))).Content.ReadAsStringAsync();
        Assert.Equal("refused", (string?)JsonNode.Parse(lines.Split('\n')[0])!["status"]);

        Assert.Contains(First, await api.Client.GetStringAsync(Path), StringComparison.Ordinal);
    }

    private async Task PutAsync(string credential)
    {
        var domain = JsonNode.Parse(Answers.Domain(_name))!;
        domain["upstreamHeaders"] = JsonSerializer.SerializeToNode(new Dictionary<string, string> { ["Authorization"] = credential, ["X-Plain"] = "plain" });
        (await api.Client.PutJsonAsync(Path, domain.ToJsonString())).EnsureSuccessStatusCode();
    }

    private async Task<HttpClient> WithTokenAsync(string role)
    {
        var made = await (await api.Client.PostJsonAsync("/api/v1/auth/tokens", $$"""{"name":"t","role":"{{role}}"}""")).ReadAsync(HttpStatusCode.Created);
        var client = api.Stranger();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)made["token"]!);
        return client;
    }
}

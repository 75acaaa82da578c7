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

    [Fact]
    public async Task Nor_is_a_viewer_shown_what_signs_urls_or_is_set_by_an_action()
    {
        await (await api.Client.PutJsonAsync(Path, WithSecrets(Signing(1)))).ReadAsync(HttpStatusCode.Created);
        await (await api.Client.PutJsonAsync(Path, WithSecrets(Signing(2)))).ReadAsync(HttpStatusCode.OK);
        using var viewer = await WithTokenAsync("viewer");
        using var other = await WithTokenAsync("operator");

        foreach (var path in new[] { Path, $"{Path}/history/1", $"{Path}/history/2?against=1", $"/api/v1/domains?q={_name}", $"/api/v1/domains/export?q={_name}" })
        {
            var shown = await viewer.GetStringAsync(path);
            Assert.All(new[] { Signing(1), Signing(2), "first-secret" }, secret => Assert.DoesNotContain(secret, shown, StringComparison.Ordinal));
            Assert.Contains("\"id\":\"k\"", shown, StringComparison.Ordinal);
            Assert.Contains("plain", shown, StringComparison.Ordinal);
            Assert.Contains("first-secret", await other.GetStringAsync(path), StringComparison.Ordinal);
        }
        Assert.DoesNotContain("first-secret", await viewer.GetStringAsync($"{Path}/headers"), StringComparison.Ordinal);
        var dryRun = await viewer.PostJsonAsync("/api/v1/domains/validate", WithSecrets(Signing(3)));
        Assert.DoesNotContain(Signing(3), await dryRun.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        // That it has changed is shown.
        var diff = JsonNode.Parse(await viewer.GetStringAsync($"{Path}/history/2?against=1"))!["diff"]!.AsArray();
        Assert.Contains(diff, o => (string?)o!["path"] == "/access/signedUrls/0/keys/0/secret");

        var audit = await api.Client.GetStringAsync($"/api/v1/audit?key={_name}");
        Assert.All(new[] { Signing(1), Signing(2), "first-secret" }, secret => Assert.DoesNotContain(secret, audit, StringComparison.Ordinal));
        Assert.Contains("plain", audit, StringComparison.Ordinal);
        Assert.Equal(
            ["access.signedUrls[0].keys[0].secret", "headers.request[0].value", "headers.response[0].value"],
            await (await api.Client.PutJsonAsync(Path, await viewer.GetStringAsync(Path))).InvalidFieldsAsync());
    }

    private static string Signing(int number) => Convert.ToBase64String(Encoding.ASCII.GetBytes($"signing secret number {number}"));

    private string WithSecrets(string signing) => $$$"""
        {"name":"{{{_name}}}","origins":[{"scheme":"http","host":"127.0.0.1","port":9000}],
         "headers":{"request":[{"action":"set","name":"Authorization","value":"{{{First}}}"},{"action":"set","name":"X-Plain","value":"plain"}],
                    "response":[{"action":"add","name":"X-Auth-Token","value":"{{{First}}}","path":"/a"}]},
         "access":{"signedUrls":[{"path":"/a","keys":[{"id":"k","secret":"{{{signing}}}"}]}]}}
        """;

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

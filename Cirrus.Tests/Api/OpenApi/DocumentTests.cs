using System.Net;
using System.Text.Json.Nodes;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Api.OpenApi;

[Collection(ApiCollection.Name)]
public sealed class DocumentTests(ApiServer api)
{
    [Fact]
    public async Task The_document_passes_the_linter()
    {
        using var folder = new WorkFolder();
        var file = folder.At("openapi.json");
        await File.WriteAllTextAsync(file, await api.Client.GetStringAsync("/openapi/v1.json"));
        var report = folder.At("report.json");
        // The report apart from what the linter has to say about itself.
        await using var lint = ChildProcess.Start(
            "sh", "dash",
            [
                "-c", "exec \"$@\" > \"$0\"", report, Repository.At("scripts/openapi/node_modules/.bin/redocly"), "lint", "--format", "json",
                "--config", Repository.At("scripts/openapi/redocly.yaml"), "--max-problems", "1000", file,
            ],
            new Dictionary<string, string> { ["REDOCLY_TELEMETRY"] = "off", ["REDOCLY_SUPPRESS_UPDATE_NOTICE"] = "true", ["NO_COLOR"] = "1" });
        await Wait.UntilAsync("the linter to end", () => lint.HasExited, TimeSpan.FromMinutes(2));

        var text = await File.ReadAllTextAsync(report);
        Assert.True(text.Length > 0, lint.Output);
        var problems = JsonNode.Parse(text)!["problems"]!.AsArray();
        Assert.True(problems.Count == 0, string.Join('\n', problems.Select(p => $"{p!["severity"]} {p["ruleId"]}: {p["message"]} {p["location"]?[0]?["pointer"]}")));
        Assert.Equal(0, lint.ExitCode);
    }

    [Fact]
    public async Task It_is_of_version_3_1() =>
        Assert.StartsWith("3.1", (string)(await ApiDocument.ReadAsync(api.Client)).Json["openapi"]!, StringComparison.Ordinal);

    [Fact]
    public async Task Every_body_has_an_example()
    {
        var document = await ApiDocument.ReadAsync(api.Client);
        var missing =
            from operation in document.Operations
            let answers = operation.Json["responses"]!.AsObject().Select(r => (Of: r.Key, Content: document.Resolve(r.Value!)["content"]?.AsObject()))
            from body in answers.Append((Of: "request", Content: operation.RequestContent))
            from media in body.Content ?? []
            where media.Value!["example"] is null
            select $"{operation} {body.Of} {media.Key}";
        Assert.Empty(missing);
    }

    [Fact]
    public async Task Every_problem_it_names_opens_as_a_page()
    {
        var document = await ApiDocument.ReadAsync(api.Client);
        using var stranger = api.Stranger();
        var types = document.Json["components"]!["schemas"]!["Problem"]!["properties"]!["type"]!["enum"]!.AsArray().Select(t => (string)t!).ToList();
        Assert.NotEmpty(types);
        foreach (var type in types)
            Assert.Equal(HttpStatusCode.OK, (await stranger.GetAsync(type)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync("/problems/nothing")).StatusCode);
    }

    [Fact]
    public async Task The_page_for_people_brings_everything_itself()
    {
        using var stranger = api.Stranger();
        var page = await stranger.GetStringAsync("/docs/");
        Assert.Contains("scalar", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("https://", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_APIs_address_leads_to_the_page()
    {
        using var stranger = api.Stranger();
        Assert.Equal(await stranger.GetStringAsync("/docs/"), await stranger.GetStringAsync("/"));
    }
}

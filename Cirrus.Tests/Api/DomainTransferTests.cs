using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Cirrus.Api.Domains;
using Cirrus.Api.Identities;
using Cirrus.Core.Audit;
using Cirrus.Core.Identities;
using Cirrus.Core.Redis;
using Microsoft.Extensions.DependencyInjection;

namespace Cirrus.Tests.Api;

[Collection(ApiCollection.Name)]
public sealed class DomainTransferTests(ApiServer api)
{
    [Fact]
    public async Task Each_line_is_answered_in_order_and_the_last_tells_the_totals()
    {
        var own = $"i{Guid.NewGuid():N}";
        await api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain($"{own}-old.test"));
        var (_, answer) = await ImportAsync(
            Answers.Domain($"{own}-new.test"),
            Answers.Domain($"{own}-old.test", 9001),
            "",
            Answers.Domain($"{own}-bad.test", 0),
            "nonsense",
            Answers.Domain($"{own}-NEW.test"),
            Answers.Domain($"{own}-new.test", 9002),
            """{"name":"x.cdn.local.test","origins":[{"scheme":"http","host":"h","port":1}]}""");

        Assert.Equal(
            ["1 created 1", "2 updated 2", "4 refused origins[0].port", "5 refused body", "6 unchanged 1", "7 updated 2", "8 refused name"],
            answer[..^1].Select(l => $"{l["line"]} {l["status"]} {l["revision"] ?? l["errors"]!.AsObject().Single().Key}"));
        Assert.Equal($"{own}-bad.test", (string?)answer[2]["name"]);
        Assert.All(answer[..^1], l => Assert.Equal((string?)l["status"] is "created" or "updated", l.AsObject().ContainsKey("change")));
        Assert.Equal(
            """{"totals":{"lines":7,"created":1,"updated":2,"unchanged":1,"refused":3},"dryRun":false,"complete":true}""", answer[^1].ToJsonString());
    }

    [Fact]
    public async Task Each_accepted_line_is_one_change_and_one_audit_entry_and_the_same_file_again_is_none()
    {
        var own = $"i{Guid.NewGuid():N}";
        var lines = Enumerable.Range(0, 300).Select(i => Answers.Domain($"{own}-{i}.test")).ToArray();
        var (events, entry) = (await EventsAsync(), await api.NewestEntryAsync());

        var (_, first) = await ImportAsync(lines);
        Assert.Equal(300, (int?)first[^1]["totals"]!["created"]);
        Assert.Equal(events + 300, await EventsAsync());
        var written = await api.AcceptedSinceAsync(entry);
        Assert.All(written, e => Assert.Equal("domain-import", e["action"]));
        Assert.Equal(first[..^1].Select(l => (string)l["change"]!).Order(), written.Select(e => (string)e["change"]!).Order());

        var (_, second) = await ImportAsync(lines);
        Assert.Equal(
            """{"totals":{"lines":300,"created":0,"updated":0,"unchanged":300,"refused":0},"dryRun":false,"complete":true}""",
            second[^1].ToJsonString());
        Assert.Equal(events + 300, await EventsAsync());
        Assert.Equal(300, (await api.AcceptedSinceAsync(entry)).Count);
    }

    [Fact]
    public async Task A_revision_in_a_line_is_a_condition_unless_nothing_would_change()
    {
        var name = Answers.FreshDomain();
        await api.Client.PostJsonAsync("/api/v1/domains", Answers.Domain(name));
        string Line(int port, int revision) => Answers.Domain(name, port)[..^1] + $",\"revision\":{revision}}}";

        var (_, answer) = await ImportAsync(Line(9001, 1), Line(9001, 1), Line(9002, 1), Line(9002, 2));

        Assert.Equal(["updated", "unchanged", "refused", "updated"], answer[..^1].Select(l => (string?)l["status"]));
        Assert.NotNull(answer[2]["errors"]!["revision"]);
    }

    [Fact]
    public async Task A_dry_run_tells_what_would_become_of_each_line_and_writes_nothing()
    {
        var name = Answers.FreshDomain();
        var (events, entry) = (await EventsAsync(), await api.NewestEntryAsync());
        var (_, answer) = await ImportAsync("/api/v1/domains/import?dryRun=true", [Answers.Domain(name), Answers.Domain(name, 0)]);
        Assert.Equal(["created", "refused"], answer[..^1].Select(l => (string?)l["status"]));
        Assert.True((bool)answer[^1]["dryRun"]!);
        Assert.Equal(events, await EventsAsync());
        Assert.Empty(await api.AcceptedSinceAsync(entry));
        Assert.False(await api.Redis.KeyExistsAsync(RedisKeys.Domain(name)));
    }

    [Fact]
    public async Task A_line_that_is_too_long_is_refused_and_the_next_is_not()
    {
        var name = Answers.FreshDomain();
        var (_, answer) = await ImportAsync(new string(' ', DomainImport.LongestLine) + "{}", Answers.Domain(name));
        Assert.Equal(["refused", "created"], answer[..^1].Select(l => (string?)l["status"]));
        Assert.Contains("1048576", (string?)answer[0]["errors"]!["body"]![0]);
    }

    [Fact]
    public async Task More_than_other_bodies_may_have_is_read_and_answered()
    {
        var own = $"i{Guid.NewGuid():N}";
        // 40 MB, of which each line changes nothing after the first.
        var line = Answers.Domain($"{own}.test") + new string(' ', 200_000);
        var (response, answer) = await ImportAsync([.. Enumerable.Repeat(line, 200)]);
        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal((1, 199), ((int)answer[^1]["totals"]!["created"]!, (int)answer[^1]["totals"]!["unchanged"]!));
    }

    [Fact]
    public async Task Answers_come_while_the_sender_is_still_sending()
    {
        var (first, second) = (Answers.FreshDomain(), Answers.FreshDomain());
        // HTTP/1.1 clients of .NET read no answer before they have sent all; a bare connection does.
        using var socket = new System.Net.Sockets.TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, api.Client.BaseAddress!.Port);
        await using var stream = socket.GetStream();
        async Task SendAsync(string text) => await stream.WriteAsync(Encoding.ASCII.GetBytes(text));
        static string Chunk(string text) => $"{text.Length:x}\r\n{text}\r\n";
        await SendAsync(
            $"POST /api/v1/domains/import HTTP/1.1\r\nHost: {api.Client.BaseAddress.Authority}\r\nAuthorization: Bearer {ApiServer.Token}\r\n"
            + "Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n");
        await SendAsync(Chunk(Answers.Domain(first) + "\n"));
        using var reader = new StreamReader(stream);
        string? line;
        do
            line = await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30));
        while (line?.StartsWith("{\"line\"", StringComparison.Ordinal) == false);
        Assert.Contains("created", line);
        // As long as a sender may think who makes the lines as it goes: longer than the server waits for other bodies.
        await Task.Delay(TimeSpan.FromSeconds(7));
        await SendAsync(Chunk(Answers.Domain(second)) + "0\r\n\r\n");
        var rest = await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Contains($"\"line\":2,\"name\":\"{second}\",\"status\":\"created\"", rest);
        Assert.Contains("\"complete\":true", rest);
    }

    [Fact]
    public async Task A_caller_confined_to_some_domains_imports_and_is_shown_only_those()
    {
        var own = $"i{Guid.NewGuid():N}";
        var import = api.Services.GetRequiredService<DomainImport>();
        var caller = new Caller("token:ci…ab", CallerKind.Token, Role.Operator, [$"*.{own}.test"]);
        using var input = new MemoryStream(Encoding.UTF8.GetBytes($"{Answers.Domain($"a.{own}.test")}\n{Answers.Domain($"b{own}.test")}\n"));

        var results = new List<ImportResult>();
        await foreach (var batch in import.RunAsync(input, caller, new Actor("token:ci…ab", "r", ""), dryRun: false, default))
            results.AddRange(batch);

        Assert.Equal([ImportStatus.Created, ImportStatus.Refused], results.Select(r => r.Status));
        Assert.Equal("name", results[1].Errors!.Single().Key);
        Assert.False(await api.Redis.KeyExistsAsync(RedisKeys.Domain($"b{own}.test")));
    }

    [Fact]
    public async Task Json_is_no_import()
    {
        var response = await api.Client.PostJsonAsync("/api/v1/domains/import", Answers.Domain(Answers.FreshDomain()));
        var problem = await response.ReadAsync(HttpStatusCode.UnsupportedMediaType);
        Assert.Contains("an import as application/x-ndjson", (string?)problem["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_exported_is_imported_without_a_change_and_restores_what_was_lost()
    {
        var own = $"e{Guid.NewGuid():N}";
        for (var i = 0; i < 3; i++)
            await api.Client.PutJsonAsync($"/api/v1/domains/{own}-{i}.test", """
                {"origins":[{"scheme":"https","host":"o.test","port":443,"weight":3}],"upstreamHeaders":{"X-B":"1","X-A":"2"},"cacheEnable":false,
                 "rules":[{"path":"^/a","ttl":9,"methods":["GET"]}]}
                """);
        var response = await api.Client.GetAsync($"/api/v1/domains/export?q={own}");
        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType?.MediaType);
        var lines = (await response.Content.ReadAsStringAsync()).TrimEnd('\n').Split('\n');
        Assert.Equal([$"{own}-0.test", $"{own}-1.test", $"{own}-2.test"], lines.Select(l => (string)JsonNode.Parse(l)!["name"]!));

        await api.Client.PatchDomainAsync($"{own}-1.test", """{"cacheEnable":true}""");
        await api.Client.DeleteAsync($"/api/v1/domains/{own}-2.test");
        var (_, answer) = await ImportAsync(lines);

        Assert.Equal(["unchanged", "updated", "created"], answer[..^1].Select(l => (string?)l["status"]));
        Assert.Equal(lines, (await api.Client.GetStringAsync($"/api/v1/domains/export?q={own}")).TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task The_list_begins_with_what_is_asked_for()
    {
        var own = $"q{Guid.NewGuid():N}";
        await ImportAsync(Answers.Domain($"{own}-a.test"), Answers.Domain($"{own}-ab.test"), Answers.Domain($"{own}-b.test"));
        var page = await (await api.Client.GetAsync($"/api/v1/domains?q={own.ToUpperInvariant()}-A&limit=1")).ReadAsync(HttpStatusCode.OK);
        Assert.Equal($"{own}-a.test", (string?)page["items"]!.AsArray().Single()!["name"]);
        page = await (await api.Client.GetAsync($"/api/v1/domains?q={own}-a&after={page["next"]}")).ReadAsync(HttpStatusCode.OK);
        Assert.Equal($"{own}-ab.test", (string?)page["items"]!.AsArray().Single()!["name"]);
        Assert.Null(page["next"]);
        Assert.Equal(["q"], await (await api.Client.GetAsync("/api/v1/domains?q=a%20b")).InvalidFieldsAsync());
    }

    private Task<(HttpResponseMessage, List<JsonNode>)> ImportAsync(params string[] lines) => ImportAsync("/api/v1/domains/import", lines);

    private async Task<(HttpResponseMessage, List<JsonNode>)> ImportAsync(string path, string[] lines)
    {
        var response = await api.Client.PostAsync(path, new StringContent(string.Join('\n', lines), Encoding.UTF8, "application/x-ndjson"));
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return (response, [.. text.TrimEnd('\n').Split('\n').Select(l => JsonNode.Parse(l)!)]);
    }

    private Task<long> EventsAsync() => api.Redis.StreamLengthAsync(RedisKeys.Events);
}

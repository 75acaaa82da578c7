using System.Globalization;
using System.Text.Json.Nodes;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Edge;

public sealed class AccessLogTests : IAsyncLifetime
{
    private readonly EdgeFixture _fixture = new();

    private EdgeNode Edge => _fixture.Edge;

    private string Folder => Path.Combine(Edge.Data, "logs");

    public Task InitializeAsync() => _fixture.InitializeAsync(edge => edge.Environment["CIRRUS_EDGE_LOG_CLIENT"] = "truncated");

    public Task DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task A_line_tells_what_happened_and_the_origin_gets_its_id()
    {
        var domain = await _fixture.AddDomainAsync();
        await Edge.GetAsync(domain, "/a?b=c");
        var applied = (await Edge.StatusAsync()).Applied;

        var line = JsonNode.Parse((await LinesAsync(1)).Single())!;

        Assert.Equal("127.0.0.0", (string?)line["client"]);
        Assert.Equal((domain, "GET", 200), ((string?)line["host"], (string?)line["method"], (int)line["status"]!));
        Assert.Equal(("MISS", applied), ((string?)line["cache"], (string?)line["change"]));
        Assert.InRange(double.Parse((string)line["upstreamSeconds"]!, CultureInfo.InvariantCulture), 0, 10);
        Assert.Equal((string?)line["request"], _fixture.Origin.Headers.Single()["X-Request-Id"].ToString());
    }

    [Fact]
    public async Task Log_files_are_rotated_under_load_without_losing_a_line()
    {
        var domain = await _fixture.AddDomainAsync();
        await _fixture.CacheAsync(domain, "/a");
        using var end = new CancellationTokenSource();
        var load = Enumerable.Range(0, 4).Select(_ => AskAsync(domain, end.Token)).ToList();

        for (var i = 0; i < 3; i++)
        {
            await Wait.UntilAsync("there is something to rotate", () => new FileInfo(Path.Combine(Folder, "access.log")).Length > 0);
            await using var rotation = ChildProcess.Start(Repository.At("Cirrus.Edge.Config/bin/rotate-logs"), EdgeNode.Package, ["5"], Edge.Environment);
            Assert.True(await rotation.WaitForExitAsync() == 0, rotation.Output);
        }

        await end.CancelAsync();
        var asked = (await Task.WhenAll(load)).Sum() + 2;
        await Edge.StopAsync(Signals.Quit);
        Assert.Equal(4, Directory.GetFiles(Folder, "access.log*").Length);
        Assert.Equal(asked, (await LinesAsync(asked)).Count);
    }

    private async Task<int> AskAsync(string domain, CancellationToken end)
    {
        var asked = 0;
        while (!end.IsCancellationRequested)
        {
            await Edge.GetAsync(domain, "/a");
            asked++;
        }

        return asked;
    }

    [Fact]
    public async Task A_request_that_ends_at_its_fields_leaves_a_line_in_the_access_log_and_none_in_the_error_log()
    {
        var domain = await _fixture.AddDomainAsync();
        await _fixture.AddCertificateAsync(domain);

        var answer = await RawHttp2.SendAsync(
            Edge.HttpsPort, domain, [(":method", "GET"), (":scheme", "https"), (":path", "/a"), (":authority", domain), ("x-a", "1\r\nx-b: 2")]);

        Assert.Equal(0, answer);
        await LinesAsync(atLeast: 1);
        Assert.DoesNotContain("uninitialized", await File.ReadAllTextAsync(Path.Combine(Folder, "error.log")), StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<string>> LinesAsync(int atLeast)
    {
        List<string> lines = [];
        await Wait.UntilAsync("the log has the lines", async () =>
        {
            lines.Clear();
            foreach (var file in Directory.GetFiles(Folder, "access.log*"))
                lines.AddRange(await File.ReadAllLinesAsync(file));
            return lines.Count >= atLeast;
        });
        return lines;
    }
}

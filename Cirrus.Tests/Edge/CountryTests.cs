using System.Net;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Edge;

/// <summary>Countries, by a database that the node has.</summary>
public sealed class CountryTests : IAsyncLifetime
{
    private readonly EdgeFixture _fixture = new();
    private readonly string _database = Path.GetTempFileName();

    public Task InitializeAsync()
    {
        Write(("127.0.0.1/32", "DE"), ("127.0.0.2/32", "FR"), ("2001:db8::/32", "SE"));
        return _fixture.InitializeAsync(edge => edge.Environment["CIRRUS_EDGE_COUNTRY_DATABASE"] = _database);
    }

    public async Task DisposeAsync()
    {
        await _fixture.DisposeAsync();
        File.Delete(_database);
    }

    [Fact]
    public async Task A_country_is_let_in_or_kept_out_and_a_new_database_counts_soon()
    {
        var only = await AddAsync(new { allowCountries = (string[])["DE", "SE"] });
        var not = await AddAsync(new { denyCountries = (string[])["de"] });

        await ExpectAsync(only, 200, 403, 403);
        await ExpectAsync(not, 403, 200, 200);
        var answer = await _fixture.Edge.GetAsync(not, "/a");
        Assert.Equal("Cirrus edge: 403. This country may not ask here.\n", answer.Body);

        File.WriteAllText(_database, "no database");
        await _fixture.Edge.Process.UntilSaysAsync("countries can't be told");
        await ExpectAsync(only, 200, 403, 403);

        var before = await TimesReadAsync();
        Write(("127.0.0.1/32", "FR"), ("127.0.0.2/32", "DE"));
        await Wait.UntilAsync("both workers have read it", async () => await TimesReadAsync() == before + 2);
        await ExpectAsync(only, 403, 200, 403);
    }

    [Fact]
    public async Task A_node_without_a_database_does_not_guess()
    {
        await using var edge = new EdgeNode(_fixture.Redis.Port);
        await edge.StartAsync();
        var domain = await AddAsync(new { denyCountries = (string[])["FR"] });
        await edge.AppliedAsync((await _fixture.Edge.StatusAsync()).Applied!);

        var answer = await edge.GetAsync(domain, "/a");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.Equal("Cirrus edge: 503. This node can't tell countries.\n", answer.Body);
        await edge.Process.UntilSaysAsync($"domain {domain} asks for countries");
    }

    [Fact]
    public async Task A_database_that_is_not_there_is_named_at_the_start()
    {
        await using var edge = new EdgeNode(redisPort: 1);
        edge.Environment["CIRRUS_EDGE_COUNTRY_DATABASE"] = "/nowhere.mmdb";

        await using var process = ChildProcess.Start(EdgeNode.Program, EdgeNode.Package, [], edge.Environment);

        Assert.Equal(1, await process.WaitForExitAsync());
        Assert.StartsWith("edge: CIRRUS_EDGE_COUNTRY_DATABASE", process.Output, StringComparison.Ordinal);
    }

    // As updaters do it: readers find the old file or the new one.
    private void Write(params (string Network, string Country)[] entries)
    {
        File.WriteAllBytes(_database + ".new", MaxMindDatabase.Make(entries));
        File.Move(_database + ".new", _database, overwrite: true);
    }

    // Each worker says so in the log.
    private async Task<int> TimesReadAsync() =>
        (await File.ReadAllLinesAsync(Path.Combine(_fixture.Edge.Data, "logs", "error.log")))
            .Count(line => line.Contains($"countries are told by {_database}", StringComparison.Ordinal));

    private Task<string> AddAsync(object access) => _fixture.AddDomainAsync(members: new { access });

    private async Task ExpectAsync(string domain, params int[] statuses)
    {
        for (var i = 0; i < statuses.Length; i++)
            Assert.Equal(statuses[i], RawHttp.Status(await RawHttp.GetAsync(_fixture.Edge.HttpPort, domain, "/a", $"127.0.0.{i + 1}")));
    }
}

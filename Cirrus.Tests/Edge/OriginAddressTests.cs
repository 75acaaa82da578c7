using System.Net;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Edge;

/// <summary>The node may connect to 127.0.0.1 only; 127.0.0.2 is where it must not go.</summary>
public sealed class OriginAddressTests : IAsyncLifetime
{
    private const string Refused = "Cirrus edge: 502. The origin's address is not allowed.\n";
    private readonly EdgeFixture _fixture = new();
    private readonly NameServer _names = new();

    public Task InitializeAsync() => _fixture.InitializeAsync(edge => edge.Environment["CIRRUS_EDGE_RESOLVER"] = _names.Address);

    public async Task DisposeAsync()
    {
        await _fixture.DisposeAsync();
        await _names.DisposeAsync();
    }

    [Theory]
    [InlineData("127.0.0.2")]
    [InlineData("::ffff:127.0.0.2")]
    [InlineData("::ffff:7f00:2")]
    public async Task An_address_that_is_not_allowed_is_not_connected_to(string address)
    {
        await using var forbidden = new ConnectionCounter("127.0.0.2", _fixture.Origin.Port);
        var domain = await _fixture.AddDomainAsync(origins: [At(address)]);

        var answer = await _fixture.Edge.GetAsync(domain, "/a");

        Assert.Equal(HttpStatusCode.BadGateway, answer.Status);
        Assert.Equal(Refused, answer.Body);
        Assert.Equal(0, forbidden.Connections);
        var log = await File.ReadAllTextAsync(Path.Combine(_fixture.Edge.Data, "logs", "error.log"));
        Assert.Matches($"origin {address}: address .* CIRRUS_EDGE_ORIGIN_ALLOW", log);
    }

    [Theory]
    [InlineData("secret 60 A 127.0.0.2")]
    [InlineData("secret 60 CNAME other\nother 60 A 127.0.0.2")]
    [InlineData("secret 60 AAAA ::ffff:127.0.0.2")]
    [InlineData("secret 60 AAAA ::1")]
    public async Task A_name_of_an_address_that_is_not_allowed_is_not_connected_to(string records)
    {
        await _names.StartAsync(records);
        await using var forbidden = new ConnectionCounter("127.0.0.2", _fixture.Origin.Port);
        await using var alsoForbidden = new ConnectionCounter("::1", _fixture.Origin.Port);
        var domain = await _fixture.AddDomainAsync(origins: [At("secret.origins.test")]);

        var answer = await _fixture.Edge.GetAsync(domain, "/a");

        Assert.Equal(Refused, answer.Body);
        Assert.Equal(0, forbidden.Connections + alsoForbidden.Connections);
    }

    [Fact]
    public async Task A_name_is_resolved_and_its_address_used_with_the_host_of_the_request()
    {
        await _names.StartAsync("alias 60 CNAME open", "open 60 A 127.0.0.1");
        var domain = await _fixture.AddDomainAsync(origins: [At("alias.origins.test")]);

        var answer = await _fixture.Edge.GetAsync(domain, "/a?b=1");

        Assert.Equal($"{_fixture.Origin.Port} 1", answer.Body);
        Assert.True(_fixture.Origin.Headers.TryDequeue(out var seen));
        Assert.Equal(domain, seen.Host);
        Assert.Equal(["/a?b=1"], _fixture.Origin.Targets);
    }

    [Fact]
    public async Task Of_several_addresses_only_the_allowed_are_used()
    {
        await _names.StartAsync("mixed 60 A 127.0.0.2", "mixed 60 A 127.0.0.1", "mixed 60 A 169.254.169.254");
        await using var forbidden = new ConnectionCounter("127.0.0.2", _fixture.Origin.Port);
        var domain = await _fixture.AddDomainAsync(cacheEnable: false, origins: [At("mixed.origins.test")]);

        for (var i = 0; i < 20; i++)
            Assert.Equal(HttpStatusCode.OK, (await _fixture.Edge.GetAsync(domain, $"/{i}")).Status);

        Assert.Equal(0, forbidden.Connections);
    }

    [Fact]
    public async Task An_address_is_checked_again_when_the_name_has_another()
    {
        await _names.StartAsync("rebound 1 A 127.0.0.1");
        await using var forbidden = new ConnectionCounter("127.0.0.2", _fixture.Origin.Port);
        var domain = await _fixture.AddDomainAsync(cacheEnable: false, origins: [At("rebound.origins.test")]);
        Assert.Equal(HttpStatusCode.OK, (await _fixture.Edge.GetAsync(domain, "/a")).Status);

        await _names.ReplaceAsync("rebound 1 A 127.0.0.2");

        await Wait.UntilAsync("the new address is refused", async () => (await _fixture.Edge.GetAsync(domain, "/a")).Body == Refused);
        Assert.Equal(0, forbidden.Connections);
    }

    [Fact]
    public async Task The_last_address_is_used_while_the_name_server_is_away()
    {
        await _names.StartAsync("kept 1 A 127.0.0.1");
        var domain = await _fixture.AddDomainAsync(cacheEnable: false, origins: [At("kept.origins.test")]);
        Assert.Equal(HttpStatusCode.OK, (await _fixture.Edge.GetAsync(domain, "/a")).Status);

        await _names.StopAsync();

        var log = Path.Combine(_fixture.Edge.Data, "logs", "error.log");
        await Wait.UntilAsync(
            "the node has asked again, in vain", async () =>
            {
                Assert.Equal(HttpStatusCode.OK, (await _fixture.Edge.GetAsync(domain, "/a")).Status);
                return (await File.ReadAllTextAsync(log)).Contains("kept.origins.test can't be resolved", StringComparison.Ordinal);
            });
        Assert.Equal(HttpStatusCode.OK, (await _fixture.Edge.GetAsync(domain, "/a")).Status);
    }

    [Fact]
    public async Task A_name_that_does_not_exist_is_said_to_be_the_reason()
    {
        await _names.StartAsync();
        var domain = await _fixture.AddDomainAsync(origins: [At("nobody.origins.test")]);

        var answer = await _fixture.Edge.GetAsync(domain, "/a");

        Assert.Equal("Cirrus edge: 502. The name of the origin can't be resolved.\n", answer.Body);
    }

    [Fact]
    public async Task A_refused_origin_leaves_the_request_to_the_next()
    {
        var domain = await _fixture.AddDomainAsync(origins: [At("127.0.0.2"), ControlPlane.Origin(_fixture.Origin.Port, 0)]);

        var answer = await _fixture.Edge.GetAsync(domain, "/a", HttpMethod.Post, request => request.Content = new StringContent("x"));

        Assert.Equal($"{_fixture.Origin.Port} 1", answer.Body);
    }

    private object At(string host) => new { scheme = "http", host, port = _fixture.Origin.Port, weight = 1 };
}

using System.Net;
using Cirrus.Tests.Programs;
using Microsoft.AspNetCore.Http;

namespace Cirrus.Tests.Edge;

/// <summary>The node has one worker, two pools for names of TLS origins, and keeps idle connections for some seconds.</summary>
public sealed class OriginConnectionTests : IAsyncLifetime
{
    private readonly EdgeFixture _fixture = new();
    private readonly NameServer _names = new();
    private readonly TestAuthority _authority = new();
    private readonly WorkFolder _folder = new();

    public async Task InitializeAsync()
    {
        var bundle = Path.Combine(_folder.Path, "ca.pem");
        await File.WriteAllTextAsync(bundle, _authority.Pem);
        await _names.StartAsync("a 60 A 127.0.0.1", "b 60 A 127.0.0.1", "c 60 A 127.0.0.1", "moving 1 A 127.0.0.1");
        await _fixture.InitializeAsync(edge =>
        {
            edge.Environment["CIRRUS_EDGE_RESOLVER"] = _names.Address;
            edge.Environment["CIRRUS_EDGE_CA_BUNDLE"] = bundle;
            edge.Environment["CIRRUS_EDGE_TLS_POOLS"] = "2";
            // Longer than any pause between two requests, shorter than what is waited for.
            edge.Environment["CIRRUS_EDGE_ORIGIN_IDLE"] = "5";
            edge.Environment["CIRRUS_EDGE_ORIGIN_ALLOW"] = "127.0.0.0/8";
            edge.Environment["CIRRUS_EDGE_WORKERS"] = "1";
        });
    }

    public async Task DisposeAsync()
    {
        await _fixture.DisposeAsync();
        await _names.DisposeAsync();
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Requests_that_may_be_repeated_share_a_connection_and_others_have_their_own()
    {
        await using var origin = await OriginServer.StartAsync();
        var domain = await AddAsync(ControlPlane.Origin(origin.Port));

        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head, HttpMethod.Options, HttpMethod.Delete])
            await GetAsync(domain, method);
        Assert.Equal(1, origin.DistinctConnections);

        await GetAsync(domain, HttpMethod.Post, "x");
        await GetAsync(domain, HttpMethod.Post);
        await GetAsync(domain, HttpMethod.Patch, "x");
        await GetAsync(domain, HttpMethod.Put, "x");
        Assert.Equal(5, origin.DistinctConnections);
    }

    [Fact]
    public async Task An_operator_may_want_no_connection_kept()
    {
        await using var origin = await OriginServer.StartAsync();
        var domain = await AddAsync(ControlPlane.Origin(origin.Port), new { keepalive = false });

        for (var i = 0; i < 3; i++)
            await GetAsync(domain);

        Assert.Equal(3, origin.DistinctConnections);
    }

    [Fact]
    public async Task An_origin_that_closes_idle_connections_costs_no_request()
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = context =>
        {
            // At the moment at which the second request comes.
            if (origin.Connections.Count(c => c.Id == context.Connection.Id) > 1)
                context.Abort();
            return Task.CompletedTask;
        };
        var domain = await AddAsync(ControlPlane.Origin(origin.Port));

        for (var i = 0; i < 5; i++)
        {
            await GetAsync(domain);
            await GetAsync(domain, HttpMethod.Post, "x");
        }
    }

    [Fact]
    public async Task A_connection_verified_for_one_name_never_serves_another()
    {
        using var certificate = _authority.Issue("a.origins.test", "b.origins.test", "c.origins.test");
        await using var origin = await OriginServer.StartAsync(certificate);
        var domains = new Dictionary<string, string>();
        foreach (var name in (string[])["a.origins.test", "b.origins.test", "c.origins.test"])
            domains[name] = await AddAsync(new { scheme = "https", host = name, port = origin.Port });

        for (var round = 0; round < 3; round++)
        {
            foreach (var (name, domain) in domains)
            {
                await GetAsync(domain);
                Assert.Equal(name, origin.Connections.Last().ServerName);
            }
        }

        int Kept(string name) => origin.Connections.Where(c => c.ServerName == name).Select(c => c.Id).Distinct().Count();
        Assert.Equal((1, 1), (Kept("a.origins.test"), Kept("b.origins.test")));
        // No pool was left for it.
        Assert.Equal(3, Kept("c.origins.test"));

        // The others' idle connections are closed after a while, and their pools are free.
        await Wait.UntilAsync("the third name's connection is kept", async () =>
        {
            await GetAsync(domains["c.origins.test"]);
            var last = origin.Connections.TakeLast(2).ToArray();
            Assert.Equal("c.origins.test", last[1].ServerName);
            return last[0].Id == last[1].Id;
        });
        await GetAsync(domains["a.origins.test"]);
        Assert.Equal("a.origins.test", origin.Connections.Last().ServerName);
    }

    [Fact]
    public async Task A_certificate_is_verified_unless_the_operator_does_not_want_it()
    {
        using var other = _authority.Issue("other.origins.test");
        await using var origin = await OriginServer.StartAsync(other);
        var careless = await AddAsync(new { scheme = "https", host = "a.origins.test", port = origin.Port, verify = false });
        var careful = await AddAsync(new { scheme = "https", host = "a.origins.test", port = origin.Port });
        var renamed = await AddAsync(new { scheme = "https", host = "127.0.0.1", port = origin.Port, serverName = "other.origins.test" });

        for (var i = 0; i < 3; i++)
        {
            await GetAsync(careless);
            Assert.Equal(HttpStatusCode.BadGateway, (await _fixture.Edge.GetAsync(careful, "/a")).Status);
            await GetAsync(renamed);
            Assert.Equal("other.origins.test", origin.Connections.Last().ServerName);
        }
    }

    [Fact]
    public async Task Each_origin_has_the_host_it_wants()
    {
        await using var origin = await OriginServer.StartAsync();
        var domain = await AddAsync(new { scheme = "http", host = "a.origins.test", port = origin.Port, hostHeader = "inner.example" });

        await GetAsync(domain);

        Assert.Equal("inner.example", origin.Headers.Last().Host);
    }

    [Fact]
    public async Task When_a_name_has_another_address_the_kept_connections_end()
    {
        await using var before = await OriginServer.StartAsync();
        await using var after = await OriginServer.StartAsync(address: "127.0.0.3", atPort: before.Port);
        var domain = await AddAsync(new { scheme = "http", host = "moving.origins.test", port = before.Port });
        await GetAsync(domain);
        Assert.Equal(1, before.Requests);

        await _names.ReplaceAsync("moving 1 A 127.0.0.3");

        await Wait.UntilAsync("the new address is asked", async () =>
        {
            await GetAsync(domain);
            return after.Requests > 0;
        });
        var asked = before.Requests;
        for (var i = 0; i < 5; i++)
            await GetAsync(domain);
        Assert.Equal(asked, before.Requests);
        await Wait.UntilAsync("no connection to the old address is left", () => !IsConnected(before.Port, "0100007F"));
    }

    // An established connection to a port of an address, as Linux writes it.
    private static bool IsConnected(int port, string address) =>
        File.ReadLines("/proc/net/tcp").Any(line => line.Contains($" {address}:{port:X4} 01 ", StringComparison.Ordinal));

    private Task<string> AddAsync(object origin, object? originPolicy = null) =>
        _fixture.AddDomainAsync(cacheEnable: false, origins: [origin], members: new { originPolicy = originPolicy ?? new { } });

    private async Task GetAsync(string domain, HttpMethod? method = null, string? body = null)
    {
        var answer = await _fixture.Edge.GetAsync(
            domain, "/a", method, request => request.Content = body is null ? null : new StringContent(body));
        Assert.Equal(HttpStatusCode.OK, answer.Status);
    }
}

using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Cirrus.Core.Nodes;
using Cirrus.Core.Steering;
using Cirrus.Tests.Programs;
using Microsoft.AspNetCore.Http;

namespace Cirrus.Tests.Edge;

/// <summary>Three nodes that know each other, <c>edge-parent</c> where all look for the shield.</summary>
public sealed class ShieldTests : IAsyncLifetime
{
    private const string Secret = "a secret of edges";
    private static readonly string[] Children = ["edge-child-1", "edge-child-2"];

    private readonly EdgeFixture _fixture = new();
    private readonly List<EdgeNode> _children = [];
    private readonly TestAuthority _authority = new();
    private readonly WorkFolder _folder = new();

    private EdgeNode Parent => _fixture.Edge;

    private EdgeNode Child => _children[0];

    public async Task InitializeAsync()
    {
        var bundle = Path.Combine(_folder.Path, "ca.pem");
        await File.WriteAllTextAsync(bundle, _authority.Pem);
        await _fixture.InitializeAsync(edge => edge.Environment["CIRRUS_NODE_ID"] = "edge-parent");
        await _fixture.Control.SetPeerSecretAsync(Secret);
        foreach (var id in (string[])["edge-parent", .. Children])
            await _fixture.Control.PutNodeAsync(id, "127.0.0.1");
        foreach (var id in Children)
        {
            var child = new EdgeNode(_fixture.Redis.Port, workers: 1);
            child.Environment["CIRRUS_NODE_ID"] = id;
            child.Environment["CIRRUS_EDGE_CA_BUNDLE"] = bundle;
            child.Environment["CIRRUS_EDGE_PEER_PORT"] = $"{Parent.HttpPort}";
            child.Environment["CIRRUS_EDGE_PEER_HTTPS_PORT"] = $"{Parent.HttpsPort}";
            _children.Add(child);
            await child.StartAsync();
        }
    }

    public async Task DisposeAsync()
    {
        foreach (var child in _children)
            await child.DisposeAsync();
        await _fixture.DisposeAsync();
        _authority.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Cold_nodes_together_fetch_an_object_once()
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = async context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            await Task.Delay(100, context.RequestAborted);
        };
        var domain = await AddAsync(origin);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(i => (i % 3 == 0 ? Parent : _children[(i % 3) - 1]).GetAsync(domain, "/a?b=%41")));

        Assert.All(answers, answer => Assert.Equal($"{origin.Port} 1", answer.Body));
        Assert.Equal(["/a?b=A"], origin.Targets);
        Assert.True(origin.Headers.TryDequeue(out var seen));
        Assert.DoesNotContain(seen.Keys, name => name.StartsWith("X-Cirrus-", StringComparison.OrdinalIgnoreCase));
        Assert.Equal("127.0.0.1", seen["X-Forwarded-For"]);
        foreach (var child in _children)
            Assert.True((await child.GetAsync(domain, "/a?b=A")).IsHit);
    }

    [Fact]
    public async Task A_child_keeps_an_answer_no_longer_than_its_parent()
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            context.Response.Headers.Age = "40";
            return Task.CompletedTask;
        };
        var domain = await AddAsync(origin);
        var before = await Parent.GetAsync(domain, "/a");
        await Child.GetAsync(domain, "/a");

        var answer = await Child.GetAsync(domain, "/a");

        Assert.True(answer.IsHit, answer.CacheStatus);
        Assert.InRange(Ttl(answer), 1, 20);
        Assert.Equal(before.Body, answer.Body);
    }

    [Fact]
    public async Task What_is_not_cached_goes_straight_to_the_origin()
    {
        await using var origin = await OriginServer.StartAsync();
        var domain = await AddAsync(origin);

        await Child.GetAsync(domain, "/a", HttpMethod.Post, request => request.Content = new StringContent("x"));

        Assert.Equal("1.1 cirrus-edge-child-1", origin.Headers.Last().Via.ToString());
    }

    [Fact]
    public async Task A_child_that_knows_of_a_purge_gets_nothing_older_from_a_parent_that_does_not()
    {
        await using var origin = await OriginServer.StartAsync();
        var domain = await AddAsync(origin);
        Assert.Equal($"{origin.Port} 1", (await Child.GetAsync(domain, "/a")).Body);

        // The parent's link hangs, as far as it knows nothing has happened.
        Parent.Freeze();
        var purge = await _fixture.Control.PurgeEverythingAsync(domain);
        await Child.AppliedAsync(purge);
        var asked = Child.GetAsync(domain, "/a");
        Parent.Thaw();

        Assert.NotEqual($"{origin.Port} 1", (await asked).Body);
        await Parent.AppliedAsync(purge);
        Assert.NotEqual($"{origin.Port} 1", (await Parent.GetAsync(domain, "/a")).Body);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_purge_by_tag_finds_what_came_from_the_parent(bool soft)
    {
        await using var origin = await OriginServer.StartAsync();
        origin.Respond = context =>
        {
            context.Response.Headers.CacheControl = "max-age=60";
            context.Response.Headers["Surrogate-Key"] = "news sport";
            return Task.CompletedTask;
        };
        var domain = await AddAsync(origin);
        await Child.GetAsync(domain, "/a");
        var answer = await Child.GetAsync(domain, "/a");
        Assert.Equal((true, $"{origin.Port} 1"), (answer.IsHit, answer.Body));
        Assert.False(answer.Headers.ContainsKey("Surrogate-Key"));

        await Child.AppliedAsync(await (soft
            ? _fixture.Control.PurgeSoftlyAsync(domain, "tag", "sport") : _fixture.Control.PurgeTagAsync(domain, "sport")));

        if (!soft)
            Assert.NotEqual($"{origin.Port} 1", (await Child.GetAsync(domain, "/a")).Body);
        // A soft one lets the old object be served while it is fetched anew.
        await Wait.UntilAsync("the child has a newer object", async () => (await Child.GetAsync(domain, "/a")).Body != $"{origin.Port} 1");
    }

    [Fact]
    public async Task A_parent_that_is_away_is_passed_over()
    {
        await using var origin = await OriginServer.StartAsync();
        var domain = await AddAsync(origin);
        await Parent.StopAsync();

        for (var i = 0; i < 3; i++)
            Assert.Equal(HttpStatusCode.OK, (await Child.GetAsync(domain, $"/{i}")).Status);

        Assert.All(origin.Headers, seen => Assert.Equal("1.1 cirrus-edge-child-1", seen.Via.ToString()));
    }

    [Fact]
    public async Task A_node_that_is_down_is_nobodys_parent()
    {
        await using var origin = await OriginServer.StartAsync();
        var domain = await AddAsync(origin);
        await _fixture.Control.PutNodeAsync("edge-parent", "127.0.0.1", up: false);
        foreach (var id in Children)
            await _fixture.Control.PutNodeAsync(id, "127.0.0.1", up: false);

        await Wait.UntilAsync("the child goes to the origin by itself", async () =>
        {
            await Child.GetAsync(domain, $"/{Guid.NewGuid():n}");
            return origin.Headers.Last().Via.ToString() == "1.1 cirrus-edge-child-1";
        });
    }

    [Fact]
    public async Task Who_is_no_node_gets_nothing_for_saying_so()
    {
        await using var origin = await OriginServer.StartAsync();
        var domain = await AddAsync(origin);
        await Parent.GetAsync(domain, "/a");
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

        Assert.Equal(HttpStatusCode.OK, (await AskAsync(domain, Pass(now, domain, "/a"))).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await AskAsync(domain, Pass(now - 60, domain, "/a"))).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await AskAsync(domain, Pass(now, domain, "/b"))).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await AskAsync(domain, Pass(now, domain, "/a", "another secret"))).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await AskAsync(domain, "x")).Status);
        // A pass is for what would be stored.
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await AskAsync(domain, Pass(now, domain, "/a"), HttpMethod.Post)).Status);
        // Nor does a node that knows of something which this one does not.
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await AskAsync(domain, Pass(now, domain, "/a", change: "9999999999999-0"))).Status);
        Assert.False((await Parent.GetAsync(domain, "/a")).Headers.ContainsKey("X-Cirrus-Stored"));
    }

    [Fact]
    public async Task Who_is_no_node_does_not_fill_the_log()
    {
        await using var origin = await OriginServer.StartAsync();
        var domain = await AddAsync(origin);

        for (var i = 0; i < 40; i++)
            await AskAsync(domain, "x");

        // A line for each worker, or a few where this takes long.
        var log = await File.ReadAllLinesAsync(Path.Combine(Parent.Data, "logs", "error.log"));
        Assert.InRange(log.Count(line => line.Contains("not answered as a shield", StringComparison.Ordinal)), 1, 8);
    }

    [Fact]
    public async Task What_came_by_TLS_goes_to_the_parent_by_TLS()
    {
        await using var origin = await OriginServer.StartAsync();
        var domain = await AddAsync(origin);
        using var certificate = _authority.Issue(domain);
        var change = await _fixture.Control.PutCertificateAsync(
            domain, certificate.ExportCertificatePem() + "\n", certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        await Parent.AppliedAsync(change);
        await Child.AppliedAsync(change);

        var answer = await Child.GetSecurelyAsync(domain, "/a");

        Assert.Equal("edge-parent; fwd=uri-miss; stored, edge-child-1; fwd=uri-miss; stored", answer.CacheStatus);
        Assert.Equal("https", origin.Headers.Last()["X-Forwarded-Proto"]);
        Assert.True((await Parent.GetSecurelyAsync(domain, "/a")).IsHit);
    }

    // A domain whose parent is edge-parent.
    private async Task<string> AddAsync(OriginServer origin)
    {
        var nodes = new NodeSelection(
            ((string[])["edge-parent", .. Children]).Select(id => new NodeView(
                new Node { Id = id, Addresses = ["127.0.0.1"] }, NodeStatus.Unknown with { Health = NodeHealth.Up })));
        var name = EdgeFixture.NewName();
        while (nodes.Choose(name, 1)[0].Id != "edge-parent")
            name = EdgeFixture.NewName();
        await _fixture.AddDomainAsync(
            name, [ControlPlane.Origin(origin.Port)], members: new { originPolicy = new { shield = true } });
        var applied = (await Parent.StatusAsync()).Applied!;
        foreach (var child in _children)
            await child.AppliedAsync(applied);
        foreach (var child in _children)
        {
            await Wait.UntilAsync("the child knows its parent", async () =>
                (await child.GetAsync(name, $"/{Guid.NewGuid():n}")).CacheStatus.StartsWith("edge-parent", StringComparison.Ordinal));
        }
        origin.Forget();
        return name;
    }

    private static int Ttl(EdgeAnswer answer) =>
        int.Parse(answer.CacheStatus.Split("ttl=").Last(), CultureInfo.InvariantCulture);

    private static string Pass(long time, string host, string uri, string secret = Secret, string change = "0-1")
    {
        var text = string.Join('\n', time, "edge-x", change, "edge-parent", "http", host, uri);
        var code = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text));
        return $"{time} edge-x {change} {Convert.ToHexStringLower(code)}";
    }

    private Task<EdgeAnswer> AskAsync(string domain, string pass, HttpMethod? method = null) => Parent.GetAsync(domain, "/a", method, request =>
    {
        request.Headers.Add("CDN-Loop", "cirrus-edge-x");
        request.Headers.Add("X-Cirrus-Pass", pass);
    });
}

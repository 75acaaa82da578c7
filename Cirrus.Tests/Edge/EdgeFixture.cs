using System.Security.Cryptography.X509Certificates;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Edge;

/// <summary>Redis, an origin and one edge node, all its own.</summary>
public sealed class EdgeFixture : IAsyncLifetime
{
    private readonly Stack<IAsyncDisposable> _parts = new();

    internal RedisServer Redis { get; private set; } = null!;

    internal OriginServer Origin { get; private set; } = null!;

    internal EdgeNode Edge { get; private set; } = null!;

    internal ControlPlane Control { get; private set; } = null!;

    public Task InitializeAsync() => InitializeAsync(_ => { });

    /// <summary>Starts everything; the node is prepared before it starts.</summary>
    internal async Task InitializeAsync(Action<EdgeNode> prepare)
    {
        Redis = await RedisServer.StartAsync();
        _parts.Push(Redis);
        var connection = await Redis.ConnectAsync();
        _parts.Push(connection);
        Control = new ControlPlane(connection);
        Origin = await OriginServer.StartAsync();
        _parts.Push(Origin);
        Edge = new EdgeNode(Redis.Port);
        _parts.Push(Edge);
        prepare(Edge);
        await Edge.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (!_parts.TryPop(out var part))
            return;
        try
        {
            await part.DisposeAsync();
        }
        finally
        {
            // One that can't end must not leave the others behind.
            await DisposeAsync();
        }
    }

    /// <summary>A name no other test uses.</summary>
    internal static string NewName() => $"{Guid.NewGuid():n}.example.test";

    /// <summary>Adds a domain for the origin (or the given ones) and waits until the edge has it.</summary>
    internal async Task<string> AddDomainAsync(
        string? name = null, object[]? origins = null, object[]? rules = null, bool cacheEnable = true, object? upstreamHeaders = null,
        object? tls = null, object? members = null)
    {
        name ??= NewName();
        var change = await Control.PutDomainAsync(
            name, origins ?? [ControlPlane.Origin(Origin.Port)], rules, cacheEnable, upstreamHeaders, tls, members);
        await Edge.AppliedAsync(change);
        return name;
    }

    /// <summary>Adds a domain with a certificate for its name and waits until the edge has both; returns the name.</summary>
    internal async Task<string> AddSecureDomainAsync(string? name = null, object? tls = null)
    {
        name = await AddDomainAsync(name, tls: tls);
        await AddCertificateAsync(name);
        return name;
    }

    /// <summary>Gives a domain a new certificate, for its own name or the given ones, and waits until the edge has it; returns its thumbprint.</summary>
    internal async Task<string> AddCertificateAsync(string domain, params string[] names)
    {
        var (fullchain, key) = TestCertificate.Make(names.Length == 0 ? [domain] : names);
        await Edge.AppliedAsync(await Control.PutCertificateAsync(domain, fullchain, key));
        using var leaf = X509Certificate2.CreateFromPem(fullchain);
        return leaf.Thumbprint;
    }

    /// <summary>Asks twice, so that the object is in the cache; fails when it is not.</summary>
    internal async Task<string> CacheAsync(string domain, string path)
    {
        await Edge.GetAsync(domain, path);
        var answer = await Edge.GetAsync(domain, path);
        Assert.True(answer.IsHit, $"{path}: {answer.Status} {answer.CacheStatus} {answer.Body}");
        return answer.Body;
    }
}

[CollectionDefinition(Name)]
public sealed class EdgeGroup : ICollectionFixture<EdgeFixture>
{
    public const string Name = "One edge";
}

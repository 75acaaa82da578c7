using System.Net;
using Cirrus.Core.Audit;
using Cirrus.Core.Changes;
using Cirrus.Core.Domains;
using Cirrus.Core.Nodes;
using Cirrus.Core.Purges;
using Cirrus.Tests.Programs;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace Cirrus.Tests.Core;

/// <summary>The stores on a Redis that a test class has for itself.</summary>
public sealed class StoreFixture : IAsyncLifetime
{
    public static readonly Actor Actor = new("test", "request-1", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

    internal RedisServer Server { get; private set; } = null!;
    internal IConnectionMultiplexer Connection { get; private set; } = null!;
    internal IDatabase Db => Connection.GetDatabase();
    internal DomainStore Domains => new(Connection);
    internal NodeStore Nodes => new(Connection);
    internal PurgeStore Purges => new(Connection);
    internal AppliedLog Applied => new(Connection);
    internal ChangeLog Log => new(Connection, NullLogger<ChangeLog>.Instance);

    public async Task InitializeAsync()
    {
        Server = await RedisServer.StartAsync();
        Connection = await Server.ConnectAsync();
    }

    public async Task DisposeAsync()
    {
        await Connection.DisposeAsync();
        await Server.DisposeAsync();
    }

    /// <summary>A domain of a name that no other test uses.</summary>
    internal static CdnDomain NewDomain() => new()
    {
        Name = $"{Guid.NewGuid():N}.example.test",
        Origins = [new Origin("http", "127.0.0.1", 9000)],
        CacheEnable = true,
        Revision = 1,
    };

    /// <summary>A node of an id and an address that no other test uses.</summary>
    internal static Node NewNode() => new() { Id = $"edge-{Guid.NewGuid():N}", Addresses = [NewAddress()], Revision = 1 };

    internal static string NewAddress() => new IPAddress([0x20, 0x01, 0x0d, 0xb8, .. Guid.NewGuid().ToByteArray()[..12]]).ToString();

    internal async Task<CdnDomain> AddDomainAsync()
    {
        var domain = NewDomain();
        Assert.True((await Domains.PutAsync(domain, Actor)).Accepted);
        return domain;
    }

    /// <summary>How many entries the change log and the audit trail hold.</summary>
    internal async Task<(long Events, long Audit)> WrittenAsync() =>
        (await Db.StreamLengthAsync("cdn:events"), await Db.StreamLengthAsync("cdn:audit"));
}

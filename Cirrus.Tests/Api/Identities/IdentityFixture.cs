using Cirrus.Tests.Programs;
using StackExchange.Redis;

namespace Cirrus.Tests.Api.Identities;

/// <summary>Two replicas of the API with a master token on one Redis, shared by tests that own their users.</summary>
public sealed class IdentityFixture : IAsyncLifetime
{
    internal RedisServer Server { get; private set; } = null!;
    internal Replica Api { get; private set; } = null!;
    internal Replica Other { get; private set; } = null!;
    internal IConnectionMultiplexer Store { get; private set; } = null!;
    internal IDatabase Redis => Store.GetDatabase();

    public async Task InitializeAsync()
    {
        Server = await RedisServer.StartAsync();
        Store = await Server.ConnectAsync();
        Api = Replica.Start(Server);
        Other = Replica.Start(Server);
    }

    public async Task DisposeAsync()
    {
        await Api.DisposeAsync();
        await Other.DisposeAsync();
        await Store.DisposeAsync();
        await Server.DisposeAsync();
    }

    /// <summary>The newest audit entries of an action, newest first.</summary>
    internal async Task<IReadOnlyList<StreamEntry>> AuditAsync(string action) =>
        [.. (await Redis.StreamRangeAsync("cdn:audit", messageOrder: Order.Descending)).Where(e => e["action"] == action)];
}

[CollectionDefinition(Name)]
public sealed class IdentityCollection : ICollectionFixture<IdentityFixture>
{
    public const string Name = "Identities";
}

using Cirrus.Tests.Programs;
using StackExchange.Redis;

namespace Cirrus.Tests.Workers;

public sealed class EdgeUserTests : IAsyncLifetime
{
    private const string Password = "an edge's secret";
    private WorkersFixture _fixture = null!;
    private ChildProcess _workers = null!;

    public async Task InitializeAsync()
    {
        _fixture = await WorkersFixture.StartAsync();
        _workers = await _fixture.StartWorkersAsync(("Edge__RedisPassword", Password));
        await Wait.UntilAsync("the edge can log in", CanLogInAsync);
    }

    public async Task DisposeAsync() => await _fixture.DisposeAsync();

    [Fact]
    public async Task The_edge_user_reads_what_it_serves_and_nothing_else_and_writes_nothing()
    {
        await _fixture.ChangeSomethingAsync();
        await using var edge = await RespClient.ConnectAsync(_fixture.Server.Port);
        Assert.Equal("+OK", await edge.SendAsync("AUTH", "edge", Password));

        string[][] allowed =
        [
            ["PING"], ["GET", "cdn:dom:a"], ["MGET", "cdn:dom:a", "cdn:dom:b"], ["HGETALL", "cdn:epochs:a"],
            ["HMGET", "cdn:cert:a", "fullchain", "key", "notAfter"],
            ["ZRANGEBYLEX", "cdn:domains", "-", "+", "LIMIT", "0", "10"], ["XREAD", "COUNT", "10", "STREAMS", "cdn:events", "0-0"],
            ["XRANGE", "cdn:events", "-", "+", "COUNT", "1"], ["XREVRANGE", "cdn:events", "+", "-", "COUNT", "1"],
            ["XINFO", "STREAM", "cdn:events"],
            ["ZRANGEBYLEX", "cdn:nodes", "-", "+"], ["GET", "cdn:node:edge-1"], ["HMGET", "cdn:nodestatus:edge-1", "health"], ["GET", "cdn:peersecret"],
        ];
        foreach (var command in allowed)
            Assert.False((await edge.SendAsync(command)).StartsWith('-'), string.Join(' ', command));

        string[][] refused =
        [
            ["SET", "cdn:dom:a", "x"], ["DEL", "cdn:dom:a"], ["HSET", "cdn:epochs:a", "*", "1-0"], ["XADD", "cdn:events", "*", "a", "b"],
            ["XTRIM", "cdn:events", "MAXLEN", "0"], ["HGET", "cdn:nodeaddresses", "127.0.0.1"], ["SET", "cdn:peersecret", "x"],
            ["XRANGE", "cdn:audit", "-", "+"], ["GET", "cdn:lease:watch"], ["MGET", "cdn:dom:a", "cdn:audit:head"], ["DEL", "cdn:node:edge-1"], ["KEYS", "*"],
            ["HMGET", "cdn:acmeacct:ca", "key"], ["HSET", "cdn:cert:a", "key", "x"], ["GET", "cdn:acmecertkey:a"], ["FLUSHALL"], ["CONFIG", "GET", "*"], ["ACL", "LIST"], ["EVAL", "return 1", "0"], ["PUBLISH", "cdn:bell:events", "x"],
            ["SUBSCRIBE", "cdn:bell:events"], ["SHUTDOWN"], ["REPLICAOF", "127.0.0.1", "1"], ["MULTI"],
        ];
        foreach (var command in refused)
            Assert.StartsWith("-NOPERM", await edge.SendAsync(command), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Edges_share_a_secret_that_stays_and_is_made_again_when_it_is_lost()
    {
        var database = _fixture.Connection.GetDatabase();
        async Task<string?> SecretAsync()
        {
            string? secret = null;
            await Wait.UntilAsync("there is a secret", async () => (secret = await database.StringGetAsync("cdn:peersecret")) is not null);
            return secret;
        }

        var first = await SecretAsync();
        Assert.Matches("^[0-9a-f]{64}$", first);
        await database.KeyDeleteAsync("cdn:peersecret");
        Assert.NotEqual(first, await SecretAsync());
    }

    [Fact]
    public async Task A_wrong_password_is_refused_and_the_right_one_is_nowhere_in_the_clear()
    {
        await using var edge = await RespClient.ConnectAsync(_fixture.Server.Port);
        Assert.StartsWith("-WRONGPASS", await edge.SendAsync("AUTH", "edge", "guess"), StringComparison.Ordinal);
        var server = _fixture.Connection.GetServers()[0];
        var users = string.Join('\n', ((RedisValue[])(await server.ExecuteAsync("ACL", "LIST"))!).Select(v => (string?)v));
        Assert.Matches("user edge on [^~]*#[0-9a-f]{64} ", users);
        Assert.DoesNotContain(Password, users + _workers.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_user_is_back_after_Redis_has_restarted()
    {
        await _fixture.Server.RestartAsync();
        await Wait.UntilAsync("the edge can log in again", CanLogInAsync);
    }

    [Fact]
    public async Task Whatever_was_changed_by_hand_is_put_right()
    {
        await _fixture.Connection.GetServers()[0].ExecuteAsync("ACL", "SETUSER", "edge", "+@all", "~*", ">another");
        await Wait.UntilAsync("the user is as it should be", async () =>
        {
            await using var edge = await RespClient.ConnectAsync(_fixture.Server.Port);
            await edge.SendAsync("AUTH", "edge", Password);
            return (await edge.SendAsync("SET", "a", "b")).StartsWith("-NOPERM", StringComparison.Ordinal);
        });
    }

    private async Task<bool> CanLogInAsync()
    {
        try
        {
            await using var edge = await RespClient.ConnectAsync(_fixture.Server.Port);
            return await edge.SendAsync("AUTH", "edge", Password) == "+OK";
        }
        catch (IOException)
        {
            return false;
        }
    }
}

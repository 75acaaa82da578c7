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
            ["GET", "cdn:node:edge-1"], ["HMGET", "cdn:nodestatus:edge-1", "health"], ["GET", "cdn:peersecret"],
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
            // What reads several keys, or by another name.
            ["XREAD", "STREAMS", "cdn:events", "cdn:audit", "0", "0"], ["XREAD", "BLOCK", "1", "STREAMS", "cdn:purges", "0"],
            ["XREVRANGE", "cdn:purges", "+", "-"], ["XINFO", "STREAM", "cdn:audit"], ["XINFO", "GROUPS", "cdn:purges"],
            ["HGETALL", "cdn:user:admin"], ["HMGET", "cdn:tokens", "a"], ["HGETALL", "cdn:certs"], ["GET", "cdn:domains2"], ["GET", "xcdn:dom:a"],
            ["ZRANGEBYLEX", "cdn:users", "-", "+"], ["ZRANGEBYLEX", "cdn:tokens", "-", "+"], ["GET", "CDN:DOM:a"], ["HGETALL", "cdn:acme:revocations"],
            // What reads and writes in one.
            ["GETDEL", "cdn:dom:a"], ["GETEX", "cdn:dom:a", "PERSIST"], ["GETSET", "cdn:dom:a", "x"], ["SET", "cdn:dom:a", "x", "GET"],
            ["SORT", "cdn:domains", "STORE", "x"], ["COPY", "cdn:dom:a", "cdn:dom:b"], ["RENAME", "cdn:dom:a", "cdn:dom:b"],
            ["XREADGROUP", "GROUP", "a", "b", "STREAMS", "cdn:events", ">"], ["XGROUP", "CREATE", "cdn:events", "a", "0"],
            ["XDEL", "cdn:events", "0-1"], ["XSETID", "cdn:events", "9-9"], ["EXPIRE", "cdn:dom:a", "1"], ["ZADD", "cdn:domains", "0", "a"],
            ["RESTORE", "cdn:dom:a", "0", "x"], ["APPEND", "cdn:dom:a", "x"], ["SETRANGE", "cdn:dom:a", "0", "x"], ["UNLINK", "cdn:dom:a"],
            // What reaches the server around the keys.
            ["SCAN", "0"], ["RANDOMKEY"], ["DBSIZE"], ["INFO"], ["MONITOR"], ["SYNC"], ["PSYNC", "?", "-1"], ["MEMORY", "DOCTOR"],
            ["OBJECT", "FREQ", "cdn:node:edge-1"], ["DUMP", "cdn:node:edge-1"], ["TYPE", "cdn:node:edge-1"], ["EXISTS", "cdn:node:edge-1"],
            ["CLIENT", "LIST"], ["CLIENT", "KILL", "TYPE", "normal"], ["SLOWLOG", "GET"], ["LATENCY", "RESET"], ["MODULE", "LIST"], ["SAVE"], ["BGREWRITEAOF"],
            ["EVALSHA", "0000000000000000000000000000000000000000", "0"], ["EVAL_RO", "return 1", "0"], ["FUNCTION", "LIST"], ["FCALL", "a", "0"],
            ["SCRIPT", "FLUSH"], ["PSUBSCRIBE", "*"], ["SPUBLISH", "a", "b"], ["SELECT", "1"], ["SWAPDB", "0", "1"], ["MOVE", "cdn:dom:a", "1"],
            ["WATCH", "cdn:dom:a"], ["FLUSHDB"], ["MIGRATE", "127.0.0.1", "1", "cdn:dom:a", "0", "1"], ["ACL", "WHOAMI"], ["ACL", "SETUSER", "edge", "+@all"],
        ];
        foreach (var command in refused)
            Assert.StartsWith("-NOPERM", await edge.SendAsync(command), StringComparison.Ordinal);
    }

    // Their keys match what an edge may read; no command of its reads a list.
    [Theory]
    [InlineData("cdn:dom:a:history")]
    [InlineData("cdn:node:a:history")]
    public async Task The_edge_user_reads_no_history(string key)
    {
        await _fixture.Connection.GetDatabase().ListLeftPushAsync(key, "an old secret");
        await using var edge = await RespClient.ConnectAsync(_fixture.Server.Port);
        await edge.SendAsync("AUTH", "edge", Password);

        foreach (var command in (string[])["GET", "HGETALL"])
            Assert.StartsWith("-WRONGTYPE", await edge.SendAsync(command, key), StringComparison.Ordinal);
        // Nothing, as for a key that is not there.
        Assert.DoesNotContain("secret", await edge.SendAsync("MGET", key), StringComparison.Ordinal);
        string[][] refused = [["LRANGE", key, "0", "-1"], ["LINDEX", key, "0"], ["LPOP", key], ["LPOS", key, "a"], ["DUMP", key], ["SORT_RO", key], ["LMOVE", key, key, "LEFT", "LEFT"]];
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

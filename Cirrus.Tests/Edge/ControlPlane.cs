using System.Text.Json;
using System.Text.Json.Serialization;
using StackExchange.Redis;

namespace Cirrus.Tests.Edge;

/// <summary>Writes Redis as docs/redis.md says the control plane does, by hand, so that the edge is tested alone.</summary>
internal sealed class ControlPlane(IConnectionMultiplexer redis)
{
    private static readonly JsonSerializerOptions WithoutNulls = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private IDatabase Database => redis.GetDatabase();

    public static object Origin(int port, int weight = 1) => new { scheme = "http", host = "127.0.0.1", port, weight };

    public static object Rule(string path, int ttl, params string[] methods) =>
        new { path, ttl, methods = methods.Length == 0 ? ["GET", "HEAD"] : methods };

    /// <summary>Writes the domain, with more members of its document where there are any; returns the change id.</summary>
    public async Task<string> PutDomainAsync(
        string name, object[] origins, object[]? rules = null, bool cacheEnable = true, object? upstreamHeaders = null,
        object? tls = null, object? members = null)
    {
        var document = JsonSerializer.SerializeToNode(new
        {
            name,
            origins,
            upstreamHeaders = upstreamHeaders ?? new { },
            cacheEnable,
            rules = rules ?? [],
            tls,
            revision = 1,
        }, WithoutNulls)!.AsObject();
        foreach (var (member, value) in JsonSerializer.SerializeToNode(members ?? new { })!.AsObject())
            document[member] = value?.DeepClone();
        return await PutDocumentAsync(name, document.ToJsonString());
    }

    /// <summary>Writes a domain's document, whatever it is; returns the change id.</summary>
    public Task<string> PutDocumentAsync(string name, string document) =>
        RunAsync(
            """
            redis.call('SET', KEYS[1], ARGV[2])
            local is_new = redis.call('ZADD', KEYS[2], 0, ARGV[1])
            local id = redis.call('XADD', KEYS[4], '*', 'type', 'domain-put', 'key', ARGV[1], 'revision', 1)
            if is_new == 1 then redis.call('HSET', KEYS[3], '*', id) end
            return id
            """,
            name, document);

    public async Task<string> DeleteDomainAsync(string name)
    {
        await Database.KeyDeleteAsync([$"cdn:dom:{name}", $"cdn:epochs:{name}", $"cdn:cert:{name}"]);
        await Database.SortedSetRemoveAsync("cdn:domains", name);
        return await AppendAsync("domain-delete", name);
    }

    /// <summary>Writes the domain's certificate; returns the change id.</summary>
    public Task<string> PutCertificateAsync(string name, string fullchain, string key, DateTimeOffset? notAfter = null) =>
        RunAsync(
            """
            redis.call('HSET', 'cdn:cert:' .. ARGV[1], 'fullchain', ARGV[2], 'key', ARGV[3], 'notAfter', ARGV[4])
            return redis.call('XADD', KEYS[4], '*', 'type', 'cert-put', 'key', ARGV[1], 'revision', 1)
            """,
            name, fullchain, key, $"{(notAfter ?? DateTimeOffset.UtcNow.AddDays(90)).ToUnixTimeMilliseconds()}");

    public async Task<string> DeleteCertificateAsync(string name)
    {
        await Database.KeyDeleteAsync($"cdn:cert:{name}");
        return await AppendAsync("cert-delete", name);
    }

    /// <summary>Writes an active node and what the workers saw of it; returns the change id.</summary>
    public Task<string> PutNodeAsync(string id, string address, bool up = true) => RunAsync(
        """
        redis.call('SET', 'cdn:node:' .. ARGV[1], ARGV[2])
        redis.call('ZADD', 'cdn:nodes', 0, ARGV[1])
        redis.call('HSET', 'cdn:nodestatus:' .. ARGV[1], 'health', ARGV[3])
        return redis.call('XADD', KEYS[4], '*', 'type', 'node-put', 'key', ARGV[1], 'revision', 1)
        """,
        id, JsonSerializer.Serialize(new { id, addresses = new[] { address }, weight = 100, region = "", state = "active", revision = 1 }),
        up ? "up" : "down");

    public async Task<string> DeleteNodeAsync(string id)
    {
        await Database.KeyDeleteAsync([$"cdn:node:{id}", $"cdn:nodestatus:{id}"]);
        await Database.SortedSetRemoveAsync("cdn:nodes", id);
        return await AppendAsync("node-delete", id);
    }

    /// <summary>Puts a list where something else belongs.</summary>
    public async Task SpoilAsync(string key)
    {
        await Database.KeyDeleteAsync(key);
        await Database.ListLeftPushAsync(key, "x");
    }

    public Task SetPeerSecretAsync(string secret) => Database.StringSetAsync("cdn:peersecret", secret);

    public Task<string> PurgeEverythingAsync(string domain) => PurgeAsync(domain, "everything");

    public Task<string> PurgePrefixAsync(string domain, params string[] prefixes) => PurgeAsync(domain, "prefix", prefixes);

    public Task<string> PurgeUrlAsync(string domain, params string[] urls) => PurgeAsync(domain, "url", urls);

    public Task<string> PurgeTagAsync(string domain, params string[] tags) => PurgeAsync(domain, "tag", tags);

    public Task<string> PurgeHostAsync(string domain, params string[] hosts) => PurgeAsync(domain, "host", hosts);

    /// <summary>A soft purge of any kind.</summary>
    public Task<string> PurgeSoftlyAsync(string domain, string kind, params string[] values) => PurgeAsync(domain, kind, values, soft: true);

    /// <summary>Writes a warm list; returns the change id.</summary>
    public async Task<string> WarmAsync(string domain, params string[] urls) => await AddAsync(
        new("type", "warm"), new("key", domain), new("data", JsonSerializer.Serialize(new { urls })));

    public Task<string> AppendAsync(string type, string key) =>
        AddAsync(new("type", type), new("key", key), new("revision", 1));

    /// <summary>Appends an entry to the log, whatever it is; returns its change id.</summary>
    public async Task<string> AddAsync(params NameValueEntry[] fields) =>
        (await Database.StreamAddAsync("cdn:events", fields)).ToString();

    /// <summary>Purges without a trace in the log, as if its entries had been trimmed before anybody read them.</summary>
    public async Task PurgeAndTrimAsync(string domain)
    {
        var transaction = Database.CreateTransaction();
        _ = transaction.StreamAddAsync("cdn:events", Purge(domain, "everything", []));
        _ = transaction.StreamTrimAsync("cdn:events", 0);
        _ = transaction.StreamAddAsync("cdn:events", [new("type", "node-put"), new("key", "another")]);
        Assert.True(await transaction.ExecuteAsync());
    }

    /// <summary>What an operator does who starts over with an empty Redis, and with an older clock.</summary>
    public async Task LoseEverythingAsync()
    {
        var transaction = Database.CreateTransaction();
        _ = transaction.ExecuteAsync("FLUSHALL");
        _ = transaction.StreamAddAsync("cdn:events", [new("type", "node-put"), new("key", "another")], messageId: "5-0");
        Assert.True(await transaction.ExecuteAsync());
    }

    private async Task<string> PurgeAsync(string domain, string kind, string[]? values = null, bool soft = false)
    {
        values ??= [];
        string[] fields = kind == "everything" ? ["*"] : [.. values.Select(value => $"{kind[0]}:{value}")];
        if (soft)
            fields = [.. fields.Select(field => $"s{field}")];
        return await RunAsync(
            """
            local id = redis.call('XADD', KEYS[4], '*', 'type', 'purge', 'key', ARGV[1], 'data', ARGV[2])
            for i = 3, #ARGV do redis.call('HSET', KEYS[3], ARGV[i], id) end
            return id
            """,
            [domain, JsonSerializer.Serialize(new { kind, values, soft }), .. fields]);
    }

    // One script a write, as the control plane does: readers never see half of it.
    private async Task<string> RunAsync(string script, params string[] arguments)
    {
        var name = arguments[0];
        RedisKey[] keys = [$"cdn:dom:{name}", "cdn:domains", $"cdn:epochs:{name}", "cdn:events"];
        return (await Database.ScriptEvaluateAsync(script, keys, [.. arguments.Select(argument => (RedisValue)argument)])).ToString();
    }

    private static NameValueEntry[] Purge(string domain, string kind, string[] values) =>
        [new("type", "purge"), new("key", domain), new("data", JsonSerializer.Serialize(new { kind, values }))];
}

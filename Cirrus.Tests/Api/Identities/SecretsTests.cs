using System.Net;
using System.Net.Http.Json;
using System.Text;
using Cirrus.Tests.Programs;
using StackExchange.Redis;

namespace Cirrus.Tests.Api.Identities;

public sealed class SecretsTests
{
    private static readonly (string, string)[] LogEverything =
    [
        ("Logging:LogLevel:Default", "Trace"), ("Logging:LogLevel:Microsoft.AspNetCore", "Trace"), ("Logging:LogLevel:StackExchange.Redis", "Trace"),
        ("Logging:LogLevel:Microsoft.Hosting.Lifetime", "Trace"),
    ];

    [Fact]
    public async Task No_secret_is_in_the_store_or_in_the_log()
    {
        const string Password = "planted-password-one", Second = "planted-password-two", Wrong = "planted-password-bad";
        await using var redis = await RedisServer.StartAsync();
        await using var api = Replica.Start(redis, settings: LogEverything);

        var name = await api.CreateUserAsync("admin", Password);
        var session = await api.LogInAsync(name, Password);
        await (await api.TryLogInAsync(name, Wrong)).ReadAsync(HttpStatusCode.Unauthorized);
        // In the wrong field, as happens.
        await (await api.TryLogInAsync(Wrong, Password)).ReadAsync(HttpStatusCode.Unauthorized);
        using var browser = api.WithSession(session);
        await browser.PutAsJsonAsync("/api/v1/auth/password", new { current = Wrong, @new = Second });
        var renewed = (await browser.PutAsJsonAsync("/api/v1/auth/password", new { current = Password, @new = Second })).SessionCookie();
        var (_, token) = await api.CreateTokenAsync(new { name = "ci", role = "admin" });
        using var program = api.WithToken(token);
        await (await program.GetAsync("/api/v1/users")).ReadAsync(HttpStatusCode.OK);
        // Answers that complain.
        var complaints = await Task.WhenAll(
            program.PostAsJsonAsync("/api/v1/users", new { name = "x", role = "none", password = Wrong }),
            program.PostAsJsonAsync("/api/v1/users", new { name = Wrong.ToUpperInvariant(), role = "viewer", password = Wrong }),
            program.PostAsJsonAsync("/api/v1/users", new { name = Wrong, role = "viewer", password = Wrong }),
            program.PostJsonAsync("/api/v1/users", $$"""{"name":"x","password":"{{Wrong}}" oops"""));
        foreach (var complaint in complaints)
            Assert.DoesNotContain(Wrong, await complaint.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
        await browser.PostAsync("/api/v1/auth/logout", null);

        string[] secrets = [Password, Second, Wrong, session, renewed, token, Replica.Master];
        var log = string.Join('\n', api.Log);
        Assert.True(log.Length > 10_000, "The log is captured.");
        await using var store = await redis.ConnectAsync();
        var kept = await EverythingAsync(store);
        Assert.Contains(name, kept, StringComparison.Ordinal);
        foreach (var secret in secrets)
        {
            Assert.DoesNotContain(secret, log, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(secret, kept, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task What_must_not_be_kept_is_in_the_store_as_a_hash_only()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var api = Replica.Start(redis);
        var name = await api.CreateUserAsync("viewer");
        await api.LogInAsync(name);
        await using var store = await redis.ConnectAsync();
        var audit = string.Join('\n', (await store.GetDatabase().StreamRangeAsync("cdn:audit")).SelectMany(e => e.Values));
        var hash = (string)(await store.GetDatabase().HashGetAsync($"cdn:user:{name}", "password"))!;
        Assert.StartsWith("$argon2id$", hash, StringComparison.Ordinal);
        Assert.DoesNotContain(hash, audit, StringComparison.Ordinal);
    }

    // Every key and value; dumps would be compressed.
    private static async Task<string> EverythingAsync(IConnectionMultiplexer store)
    {
        var (db, all) = (store.GetDatabase(), new StringBuilder());
        await foreach (var key in store.GetServers()[0].KeysAsync())
        {
            all.AppendLine(key);
            IEnumerable<RedisValue> values = await db.KeyTypeAsync(key) switch
            {
                RedisType.String => [await db.StringGetAsync(key)],
                RedisType.Hash => (await db.HashGetAllAsync(key)).SelectMany(f => new[] { f.Name, f.Value }),
                RedisType.List => await db.ListRangeAsync(key),
                RedisType.Set => await db.SetMembersAsync(key),
                RedisType.SortedSet => await db.SortedSetRangeByRankAsync(key),
                RedisType.Stream => (await db.StreamRangeAsync(key)).SelectMany(e => e.Values.SelectMany(v => new[] { v.Name, v.Value })),
                var other => throw new NotSupportedException($"{key} is of type {other}."),
            };
            foreach (var value in values)
                all.AppendLine(value);
        }
        return all.ToString();
    }
}

using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Cirrus.Tests.Programs;
using StackExchange.Redis;

namespace Cirrus.Tests.Api.Identities;

/// <summary>Without a master token, each on a Redis of its own.</summary>
public sealed partial class SetupTests
{
    private const string Password = "correct horse battery";

    [Fact]
    public async Task The_first_admin_is_made_with_the_code_from_the_log_and_only_once()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var first = Replica.Start(redis, master: null);
        var code = await CodeAsync(first);
        await using var second = Replica.Start(redis, master: null);
        await Wait.UntilAsync("the second replica says where the code is",
            () => second.Log.Any(l => l.Contains($"The setup code is in the log of the API on {Environment.MachineName}", StringComparison.Ordinal)));
        Assert.DoesNotContain(second.Log, l => Code().IsMatch(l));

        using var stranger = second.Stranger();
        await (await stranger.GetAsync("/api/v1/domains")).ReadAsync(HttpStatusCode.Unauthorized);
        await (await PostAsync(stranger, "AAAAA-AAAAA-AAAAA-AAAAA")).ReadAsync(HttpStatusCode.Forbidden);
        Assert.Equal(["password"], await (await stranger.PostAsJsonAsync("/api/v1/setup", new { code, name = "ada", password = "short" })).InvalidFieldsAsync());

        var created = await (await PostAsync(stranger, code.ToLowerInvariant())).ReadAsync(HttpStatusCode.Created);
        Assert.Equal(("ada", "admin"), ((string?)created["name"], (string?)created["role"]));
        using var admin = first.WithSession(await second.LogInAsync("ada", Password));
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/api/v1/users")).StatusCode);

        await (await PostAsync(stranger, code, "eve")).ReadAsync(HttpStatusCode.Conflict);
        await using var third = Replica.Start(redis, master: null);
        await (await PostAsync(third.Stranger(), code, "eve")).ReadAsync(HttpStatusCode.Conflict);
        Assert.DoesNotContain(third.Log, l => l.Contains("MASTER_API_TOKEN", StringComparison.Ordinal));

        await using var store = await redis.ConnectAsync();
        Assert.False(await store.GetDatabase().KeyExistsAsync("cdn:setup"));
        var audit = (await store.GetDatabase().StreamRangeAsync("cdn:audit")).Where(e => e["action"] == "setup");
        Assert.Equal(["anonymous refused", "setup accepted"], audit.Select(e => $"{e["actor"]} {e["outcome"]}"));
    }

    [Fact]
    public async Task Of_many_who_have_the_code_one_becomes_admin()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var api = Replica.Start(redis, master: null);
        var code = await CodeAsync(api);
        using var client = api.Stranger();
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => PostAsync(client, code, $"admin-{i}")));
        Assert.Equal([HttpStatusCode.Created, .. Enumerable.Repeat(HttpStatusCode.Conflict, 4)], answers.Select(a => a.StatusCode).Order());
    }

    [Fact]
    public async Task Guessing_the_code_is_throttled()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var api = Replica.Start(redis, master: null, settings: ("Login:FailuresPerPair", "3"));
        using var client = api.Stranger();
        for (var i = 0; i < 3; i++)
            await (await PostAsync(client, $"WRONG-{i}")).ReadAsync(HttpStatusCode.Forbidden);
        var refused = await PostAsync(client, await CodeAsync(api));
        await refused.ReadAsync(HttpStatusCode.TooManyRequests);
        Assert.NotNull(refused.Headers.RetryAfter);
        await (await PostAsync(api.Stranger("127.0.0.9"), await CodeAsync(api))).ReadAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task With_a_master_token_there_is_no_setup()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var api = Replica.Start(redis);
        await (await PostAsync(api.Stranger(), "AAAAA-AAAAA-AAAAA-AAAAA")).ReadAsync(HttpStatusCode.NotFound);
        await using var store = await redis.ConnectAsync();
        Assert.False(await store.GetDatabase().KeyExistsAsync("cdn:setup"));
    }

    [Fact]
    public async Task The_last_admin_stays_when_nobody_else_could_make_one()
    {
        await using var redis = await RedisServer.StartAsync();
        await using var api = Replica.Start(redis, master: null);
        await (await PostAsync(api.Stranger(), await CodeAsync(api))).ReadAsync(HttpStatusCode.Created);
        using var ada = api.WithSession(await api.LogInAsync("ada", Password));

        await (await ada.DeleteAsync("/api/v1/users/ada")).ReadAsync(HttpStatusCode.Conflict);
        await (await ada.PutAsJsonAsync("/api/v1/users/ada", new { role = "operator" })).ReadAsync(HttpStatusCode.Conflict);
        await (await ada.PostAsJsonAsync("/api/v1/users", new { name = "bob", role = "admin", password = Password })).ReadAsync(HttpStatusCode.Created);
        await (await ada.PutAsJsonAsync("/api/v1/users/ada", new { role = "operator" })).ReadAsync(HttpStatusCode.OK);

        await using var withMaster = Replica.Start(redis);
        using var master = withMaster.WithToken();
        Assert.Equal(HttpStatusCode.NoContent, (await master.DeleteAsync("/api/v1/users/bob")).StatusCode);
    }

    [Theory]
    [InlineData("fifteen-charact")]
    [InlineData(" ")]
    public async Task A_master_token_that_can_be_guessed_stops_the_start(string token)
    {
        await using var redis = await RedisServer.StartAsync();
        var refusal = await ApiProcess.RefusalAsync(redis.ConnectionString, token);
        Assert.Contains("MASTER_API_TOKEN is too short", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("fifteen-charact", refusal, StringComparison.Ordinal);
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string code, string name = "ada") =>
        client.PostAsJsonAsync("/api/v1/setup", new { code, name, password = Password });

    private static async Task<string> CodeAsync(Replica api)
    {
        await Wait.UntilAsync("the setup code is in the log", () => api.Log.Any(l => Code().IsMatch(l)));
        return Code().Match(string.Join('\n', api.Log)).Value;
    }

    [GeneratedRegex("[A-Z0-9]{5}(-[A-Z0-9]{5}){3}")]
    private static partial Regex Code();
}

using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;

namespace Cirrus.Tests.Api;

public sealed class ReadinessTests : IAsyncLifetime
{
    // Its own commands would wait so long.
    private readonly ApiServer _api = new() { RedisOptions = ",syncTimeout=20000,asyncTimeout=20000" };

    public Task InitializeAsync() => _api.InitializeAsync();

    public Task DisposeAsync() => _api.DisposeAsync();

    [Theory]
    [InlineData("killed")]
    [InlineData("frozen")]
    public async Task That_Redis_is_away_is_said_within_seconds(string how)
    {
        Assert.Equal(HttpStatusCode.OK, (await _api.Client.GetAsync("/readyz")).StatusCode);
        if (how == "killed")
            await _api.KillRedisAsync();
        else
            _api.FreezeRedis();

        var watch = Stopwatch.StartNew();
        using var response = await _api.Client.GetAsync("/readyz");
        // A command waits twenty seconds; the second is ours, the rest is for a busy machine.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(15), $"{watch.Elapsed}");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        var checks = JsonNode.Parse(await response.Content.ReadAsStringAsync())!["checks"]!;
        Assert.Equal("Redis does not answer.", (string)checks["redis"]!);
        if (how == "frozen")
            _api.ThawRedis();
    }
}

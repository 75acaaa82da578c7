using System.Diagnostics;
using System.Net;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Api;

/// <summary>Refused attempts while Redis is away.</summary>
public sealed class RefusalOutageTests : IAsyncLifetime
{
    // Its commands would wait so long.
    private readonly ApiServer _api = new() { RedisOptions = ",syncTimeout=20000,asyncTimeout=20000" };

    public Task InitializeAsync() => _api.InitializeAsync();

    public Task DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task A_refusal_is_answered_at_once_without_Redis_and_noted_when_it_is_back()
    {
        await (await _api.Client.PostJsonAsync("/api/v1/domains", "nonsense")).ReadAsync(HttpStatusCode.BadRequest);
        _api.FreezeRedis();
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 20; i++)
            await (await _api.Client.PostJsonAsync("/api/v1/domains", "nonsense")).ReadAsync(HttpStatusCode.BadRequest);
        // One command without an answer takes twenty seconds.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(15), $"{watch.Elapsed}");

        _api.ThawRedis();
        await Wait.UntilAsync("all are noted", async () => await _api.Redis.StreamLengthAsync("cdn:audit") >= 21);
    }
}

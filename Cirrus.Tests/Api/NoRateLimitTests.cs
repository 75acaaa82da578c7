using System.Net;

namespace Cirrus.Tests.Api;

public sealed class NoRateLimitTests : IAsyncLifetime
{
    private readonly ApiServer _api = new()
    {
        Settings = { ["RateLimits:Reads"] = "0", ["RateLimits:Writes"] = "0", ["RateLimits:Anonymous"] = "0" },
    };

    public Task InitializeAsync() => _api.InitializeAsync();

    public Task DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task A_quota_of_0_is_none()
    {
        using var stranger = _api.Stranger();
        foreach (var client in new[] { _api.Client, stranger })
        {
            var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => client.GetAsync("/api/v1/nodes")));
            Assert.All(answers, a => Assert.NotEqual(HttpStatusCode.TooManyRequests, a.StatusCode));
            Assert.All(answers, a => Assert.False(a.Headers.Contains("RateLimit")));
        }
    }

    [Fact]
    public async Task A_factor_enlarges_every_quota()
    {
        var api = new ApiServer { Settings = { ["RateLimits:Reads"] = "6000", ["RateLimits:Factor"] = "1000000" } };
        await api.InitializeAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => api.Client.GetAsync("/api/v1/nodes")));
        await api.DisposeAsync();
        Assert.All(answers, a => Assert.Equal(HttpStatusCode.OK, a.StatusCode));
        Assert.Equal("\"reads\";q=100000000;w=60", Assert.Single(answers[0].Headers.GetValues("RateLimit-Policy")));
    }
}

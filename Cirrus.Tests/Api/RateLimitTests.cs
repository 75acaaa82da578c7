using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Cirrus.Core.Audit;
using Cirrus.Core.Identities;

namespace Cirrus.Tests.Api;

/// <summary>Quotas small enough to be used up, and to stay so for a while: one more is given only after some twelve seconds.</summary>
public sealed partial class RateLimitTests : IAsyncLifetime
{
    private readonly ApiServer _api = new()
    {
        Settings = { ["RateLimits:Reads"] = "4", ["RateLimits:Writes"] = "4", ["RateLimits:Anonymous"] = "5" },
    };

    public Task InitializeAsync() => _api.InitializeAsync();

    public Task DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task Every_answer_tells_what_is_left_and_beyond_it_is_429_with_the_time_to_wait()
    {
        var answers = new List<HttpResponseMessage>();
        for (var i = 0; i < 6; i++)
            answers.Add(await _api.Client.GetAsync("/api/v1/nodes"));

        Assert.Equal([3, 2, 1, 0, 0, 0], answers.Select(a => Left(a).Left));
        Assert.All(answers, a => Assert.Equal("\"reads\";q=4;w=60", Assert.Single(a.Headers.GetValues("RateLimit-Policy"))));
        Assert.All(answers, a => Assert.InRange(Left(a).Seconds, 1, 60));
        Assert.All(answers[..4], a => Assert.Equal(HttpStatusCode.OK, a.StatusCode));
        foreach (var refused in answers[4..])
        {
            Assert.Equal("/problems/too-many-requests", (string?)(await refused.ReadAsync(HttpStatusCode.TooManyRequests))["type"]);
            Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 15);
        }
        // Writes have a quota of their own.
        var write = await _api.Client.PostJsonAsync("/api/v1/domains", "nonsense");
        Assert.Equal(HttpStatusCode.BadRequest, write.StatusCode);
        Assert.Equal(("writes", 3), (Left(write).Policy, Left(write).Left));
    }

    [Fact]
    public async Task A_flood_of_wrong_tokens_is_limited_and_leaves_callers_alone()
    {
        using var stranger = _api.Stranger();
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 7; i++)
        {
            stranger.DefaultRequestHeaders.Authorization = new("Bearer", $"guess-{i}");
            statuses.Add((await stranger.GetAsync("/api/v1/nodes")).StatusCode);
        }
        Assert.Equal([.. Enumerable.Repeat(HttpStatusCode.Unauthorized, 5), HttpStatusCode.TooManyRequests, HttpStatusCode.TooManyRequests], statuses);
        Assert.Equal(HttpStatusCode.OK, (await _api.Client.GetAsync("/api/v1/nodes")).StatusCode);
    }

    [Fact]
    public async Task Service_tokens_of_one_name_and_suffix_share_neither_quotas_nor_idempotency_keys()
    {
        using var first = await WithTokenAsync("cirrus_first-ab");
        using var second = await WithTokenAsync("cirrus_second-ab");
        var (key, name) = (Guid.NewGuid().ToString(), Answers.FreshDomain());

        await (await PostAsync(first)).ReadAsync(HttpStatusCode.Created);
        // The other's own request, and not a retry of the first.
        Assert.Equal("/problems/already-exists", (string?)(await (await PostAsync(second)).ReadAsync(HttpStatusCode.Conflict))["type"]);
        for (var i = 0; i < 4; i++)
            await first.GetAsync("/api/v1/nodes");
        Assert.Equal(HttpStatusCode.TooManyRequests, (await first.GetAsync("/api/v1/nodes")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await second.GetAsync("/api/v1/nodes")).StatusCode);

        Task<HttpResponseMessage> PostAsync(HttpClient client)
        {
            client.DefaultRequestHeaders.Add("Idempotency-Key", key);
            return client.PostJsonAsync("/api/v1/domains", Answers.Domain(name));
        }
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    public async Task Health_is_always_told(string path)
    {
        using var stranger = _api.Stranger();
        for (var i = 0; i < 12; i++)
        {
            var answer = await stranger.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.False(answer.Headers.Contains("RateLimit"));
        }
    }

    [Fact]
    public async Task A_429_of_a_write_is_a_refused_attempt()
    {
        for (var i = 0; i < 5; i++)
            await _api.Client.DeleteAsync("/api/v1/domains/limited.test");
        await Programs.Wait.UntilAsync("the refusal is noted", async () =>
            (await _api.Redis.StreamRangeAsync("cdn:audit")).Any(e => ((string)e["reason"]!).StartsWith("too-many-requests", StringComparison.Ordinal)));
    }

    private async Task<HttpClient> WithTokenAsync(string secret)
    {
        var token = new ServiceToken { Id = Secret.NewId(), Name = "ci", Role = Role.Operator, Suffix = secret[^2..], CreatedBy = "test" };
        await new TokenStore(_api.Store, TimeProvider.System).AddAsync(token, secret, new Actor("test"));
        var client = _api.Stranger();
        client.DefaultRequestHeaders.Authorization = new("Bearer", secret);
        return client;
    }

    private static (string Policy, int Left, int Seconds) Left(HttpResponseMessage answer)
    {
        var match = Field().Match(Assert.Single(answer.Headers.GetValues("RateLimit")));
        Assert.True(match.Success);
        return (match.Groups[1].Value, int.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture), int.Parse(match.Groups[3].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex("^\"([a-z]+)\";r=(\\d+);t=(\\d+)$")]
    private static partial Regex Field();
}

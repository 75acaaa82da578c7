using System.Net;
using System.Net.Http.Json;

namespace Cirrus.Tests.Api.Identities;

[Collection(IdentityCollection.Name)]
public sealed class ThrottleTests(IdentityFixture identities)
{
    private static readonly (string, string)[] Strict =
    [
        ("Login:FailuresPerPair", "3"), ("Login:FailuresPerAddress", "5"), ("Login:FailuresPerName", "4"), ("Login:FirstDelay", "00:15:00"),
        ("Login:LongestDelay", "00:15:00"),
    ];

    [Fact]
    public async Task Failures_for_a_user_from_an_address_end_in_a_wait_that_replicas_share()
    {
        var name = await identities.Api.CreateUserAsync("viewer");
        await using var first = Replica.Start(identities.Server, settings: Strict);
        await using var second = Replica.Start(identities.Server, settings: Strict);
        for (var i = 0; i < 3; i++)
            await (await (i == 0 ? first : second).TryLogInAsync(name, "wrong horse battery", "127.0.2.1")).ReadAsync(HttpStatusCode.Unauthorized);

        var refused = await first.TryLogInAsync(name, "correct horse battery", "127.0.2.1");
        Assert.Equal("/problems/too-many-requests", (string?)(await refused.ReadAsync(HttpStatusCode.TooManyRequests))["type"]);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromMinutes(10), TimeSpan.FromMinutes(15));
        await second.LogInAsync(name, from: "127.0.2.2");
    }

    [Fact]
    public async Task A_crowd_of_attempts_at_once_gets_no_more_guesses()
    {
        var name = await identities.Api.CreateUserAsync("viewer");
        await using var api = Replica.Start(identities.Server, settings: Strict);
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => api.TryLogInAsync(name, "wrong horse battery", "127.0.3.1")));
        Assert.Equal(3, answers.Count(a => a.StatusCode == HttpStatusCode.Unauthorized));
        Assert.Equal(9, answers.Count(a => a.StatusCode == HttpStatusCode.TooManyRequests));
    }

    [Fact]
    public async Task An_address_that_tries_many_names_has_to_wait()
    {
        await using var api = Replica.Start(identities.Server, settings: Strict);
        for (var i = 0; i < 5; i++)
            await (await api.TryLogInAsync($"guess-{i}", "wrong horse battery", "127.0.4.1")).ReadAsync(HttpStatusCode.Unauthorized);
        await (await api.TryLogInAsync("guess-6", "wrong horse battery", "127.0.4.1")).ReadAsync(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task Success_takes_the_failures_back()
    {
        var name = await identities.Api.CreateUserAsync("viewer");
        await using var api = Replica.Start(identities.Server, settings: Strict);
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < 2; i++)
                await (await api.TryLogInAsync(name, "wrong horse battery", "127.0.5.1")).ReadAsync(HttpStatusCode.Unauthorized);
            await api.LogInAsync(name, from: "127.0.5.1");
        }
    }

    [Fact]
    public async Task Strangers_make_strangers_wait_but_not_the_user_where_she_has_been_before()
    {
        var name = await identities.Api.CreateUserAsync("viewer");
        await using var api = Replica.Start(identities.Server, settings: Strict);
        await api.LogInAsync(name, from: "127.0.6.1");

        var attempts = 0;
        HttpResponseMessage answer;
        do
        {
            answer = await api.TryLogInAsync(name, "wrong horse battery", $"127.0.7.{++attempts}");
        }
        while (answer.StatusCode == HttpStatusCode.Unauthorized && attempts < 20);
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.Equal(6, attempts);

        await (await api.TryLogInAsync(name, "correct horse battery", "127.0.6.2")).ReadAsync(HttpStatusCode.TooManyRequests);
        await api.LogInAsync(name, from: "127.0.6.1");
    }

    [Fact]
    public async Task Guessing_the_current_password_is_throttled_too()
    {
        var name = await identities.Api.CreateUserAsync("viewer");
        await using var api = Replica.Start(identities.Server, settings: Strict);
        using var browser = api.Stranger("127.0.8.1");
        browser.DefaultRequestHeaders.Add("Cookie", $"cirrus_session={await api.LogInAsync(name, from: "127.0.8.1")}");
        browser.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");
        var change = new { current = "wrong horse battery", @new = "another horse battery" };
        for (var i = 0; i < 3; i++)
            await (await browser.PutAsJsonAsync("/api/v1/auth/password", change)).ReadAsync(HttpStatusCode.Forbidden);
        await (await browser.PutAsJsonAsync("/api/v1/auth/password", change)).ReadAsync(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task When_very_many_log_in_at_once_some_are_told_to_come_later()
    {
        await using var api = Replica.Start(identities.Server, settings: [("Passwords:AtOnce", "1"), ("Passwords:Waiting", "2"), ("Login:FailuresPerAddress", "1000")]);
        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => api.TryLogInAsync($"crowd-{i}", "wrong horse battery", "127.0.9.1")));
        Assert.Contains(answers, a => a.StatusCode == HttpStatusCode.Unauthorized);
        Assert.Contains(answers, a => a.StatusCode == HttpStatusCode.TooManyRequests && a.Headers.RetryAfter is not null);
    }
}

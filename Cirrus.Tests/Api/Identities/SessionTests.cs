using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.Time.Testing;

namespace Cirrus.Tests.Api.Identities;

[Collection(IdentityCollection.Name)]
public sealed class SessionTests(IdentityFixture identities)
{
    private const string Password = "correct horse battery";
    private Replica Api => identities.Api;

    [Fact]
    public async Task A_session_lives_seven_days_from_its_last_use_and_is_written_once_a_minute_at_most()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var name = await Api.CreateUserAsync("viewer");
        await using var api = Replica.Start(identities.Server, time: time);
        var secret = await api.LogInAsync(name);
        using var browser = api.WithSession(secret);
        var key = $"cdn:session:{Cirrus.Core.Identities.Secret.Hash(secret)}";
        var first = await identities.Redis.HashGetAsync(key, "expires");
        await identities.Redis.KeyExpireAsync(key, TimeSpan.FromDays(1));

        time.Advance(TimeSpan.FromSeconds(59));
        Assert.False((await browser.GetAsync("/api/v1/auth/me")).Headers.Contains("Set-Cookie"));
        Assert.Equal(first, await identities.Redis.HashGetAsync(key, "expires"));

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(secret, (await browser.GetAsync("/api/v1/auth/me")).SessionCookie());
        Assert.Equal((long)first + 60_000, (long)await identities.Redis.HashGetAsync(key, "expires"));
        Assert.InRange((await identities.Redis.KeyTimeToLiveAsync(key))!.Value, TimeSpan.FromDays(6.9), TimeSpan.FromDays(7));

        time.Advance(TimeSpan.FromDays(6.9));
        await (await browser.GetAsync("/api/v1/auth/me")).ReadAsync(HttpStatusCode.OK);
        time.Advance(TimeSpan.FromDays(7));
        await (await browser.GetAsync("/api/v1/auth/me")).ReadAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Logging_out_ends_one_session_and_everywhere_all()
    {
        var name = await Api.CreateUserAsync("viewer");
        using var here = Api.WithSession(await Api.LogInAsync(name));
        using var there = identities.Other.WithSession(await identities.Other.LogInAsync(name));
        using var elsewhere = Api.WithSession(await Api.LogInAsync(name));

        var response = await here.PostAsync("/api/v1/auth/logout", null);
        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
        Assert.Contains("expires=Thu, 01 Jan 1970", response.SetCookie(), StringComparison.Ordinal);
        await IsAsync(here, HttpStatusCode.Unauthorized);
        await IsAsync(there, HttpStatusCode.OK);

        await there.PostAsync("/api/v1/auth/logout?everywhere=true", null);
        await IsAsync(there, HttpStatusCode.Unauthorized);
        await IsAsync(elsewhere, HttpStatusCode.Unauthorized);
        Assert.False(await identities.Redis.KeyExistsAsync($"cdn:sessions:{name}"));
        Assert.Equal(name, (await identities.AuditAsync("logout-everywhere"))[0]["key"]);
    }

    [Fact]
    public async Task A_new_role_counts_from_the_next_request()
    {
        var name = await Api.CreateUserAsync("admin");
        using var browser = identities.Other.WithSession(await identities.Other.LogInAsync(name));
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/v1/users")).StatusCode);

        using var master = Api.WithToken();
        await (await master.PutAsJsonAsync($"/api/v1/users/{name}", new { role = "viewer" })).ReadAsync(HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync("/api/v1/users")).StatusCode);
        await IsAsync(browser, HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_deleted_user_is_out_even_when_another_of_that_name_comes()
    {
        var name = await Api.CreateUserAsync("viewer");
        var secret = await Api.LogInAsync(name);
        var key = $"cdn:session:{Cirrus.Core.Identities.Secret.Hash(secret)}";
        var kept = await identities.Redis.HashGetAllAsync(key);
        using var browser = Api.WithSession(secret);
        using var master = Api.WithToken();
        Assert.Equal(HttpStatusCode.NoContent, (await master.DeleteAsync($"/api/v1/users/{name}")).StatusCode);
        await IsAsync(browser, HttpStatusCode.Unauthorized);
        Assert.False(await identities.Redis.KeyExistsAsync(key));

        // Even a session that was being written at that moment belongs to the former user.
        await identities.Redis.HashSetAsync(key, kept);
        await (await master.PostAsJsonAsync("/api/v1/users", new { name, role = "admin", password = Password })).ReadAsync(HttpStatusCode.Created);
        await IsAsync(browser, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task One_changes_the_own_password_and_only_this_session_goes_on()
    {
        var name = await Api.CreateUserAsync("viewer");
        using var here = Api.WithSession(await Api.LogInAsync(name));
        using var there = Api.WithSession(await Api.LogInAsync(name));

        await (await here.PutAsJsonAsync("/api/v1/auth/password", new { current = "wrong horse battery", @new = "another horse battery" }))
            .ReadAsync(HttpStatusCode.Forbidden);
        Assert.Equal(["new"], await (await here.PutAsJsonAsync("/api/v1/auth/password", new { current = Password, @new = "short" })).InvalidFieldsAsync());
        await IsAsync(there, HttpStatusCode.OK);

        var changed = await here.PutAsJsonAsync("/api/v1/auth/password", new { current = Password, @new = "another horse battery" });
        Assert.Equal(HttpStatusCode.NoContent, changed.StatusCode);
        await IsAsync(here, HttpStatusCode.Unauthorized);
        await IsAsync(there, HttpStatusCode.Unauthorized);
        using var renewed = Api.WithSession(changed.SessionCookie());
        await IsAsync(renewed, HttpStatusCode.OK);
        await (await Api.TryLogInAsync(name, Password)).ReadAsync(HttpStatusCode.Unauthorized);
        await Api.LogInAsync(name, "another horse battery");
    }

    private static async Task IsAsync(HttpClient client, HttpStatusCode expected) =>
        Assert.Equal(expected, (await client.GetAsync("/api/v1/auth/me")).StatusCode);
}

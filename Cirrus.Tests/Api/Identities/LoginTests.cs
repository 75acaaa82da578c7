using System.Net;
using System.Net.Http.Json;
using Cirrus.Api.Identities;
using Microsoft.Extensions.DependencyInjection;

namespace Cirrus.Tests.Api.Identities;

[Collection(IdentityCollection.Name)]
public sealed class LoginTests(IdentityFixture identities)
{
    private const string Password = "correct horse battery";
    private Replica Api => identities.Api;

    [Fact]
    public async Task A_user_logs_in_and_every_replica_knows_who_it_is()
    {
        var name = await Api.CreateUserAsync("operator");
        using var browser = identities.Other.WithSession(await Api.LogInAsync(name));

        var me = await (await browser.GetAsync("/api/v1/auth/me")).ReadAsync(HttpStatusCode.OK);
        Assert.Equal((name, "session", "operator"), ((string?)me["name"], (string?)me["kind"], (string?)me["role"]));
        Assert.Null(me["domains"]);
        Assert.InRange((DateTimeOffset)me["expiresAt"]! - DateTimeOffset.UtcNow, TimeSpan.FromDays(6.9), TimeSpan.FromDays(7));
    }

    [Fact]
    public async Task A_session_survives_a_restart_of_the_api()
    {
        var name = await Api.CreateUserAsync("viewer");
        string secret;
        await using (var first = Replica.Start(identities.Server))
            secret = await first.LogInAsync(name);
        await using var second = Replica.Start(identities.Server);
        using var browser = second.WithSession(secret);
        await (await browser.GetAsync("/api/v1/auth/me")).ReadAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task An_unknown_user_gets_the_answer_and_costs_the_work_of_a_wrong_password()
    {
        var name = await Api.CreateUserAsync("viewer");
        var hasher = Api.Services.GetRequiredService<PasswordHasher>();
        var answers = new List<(string?, string?, string, long)>();
        foreach (var who in new[] { name, $"nobody-{Guid.NewGuid():N}", "No Name At All" })
        {
            var before = hasher.Verifications;
            var response = await Api.TryLogInAsync(who, "wrong horse battery", from: "127.0.1.1");
            var problem = await response.ReadAsync(HttpStatusCode.Unauthorized);
            answers.Add(((string?)problem["type"], (string?)problem["detail"], response.Headers.WwwAuthenticate.ToString(), hasher.Verifications - before));
        }
        Assert.Equal(("/problems/unauthenticated", "The name or the password is wrong.", "Bearer", 1L), Assert.Single(answers.Distinct()));
    }

    [Fact]
    public async Task Attempts_are_audited_accepted_and_refused()
    {
        var name = await Api.CreateUserAsync("viewer");
        await Api.TryLogInAsync(name, "wrong horse battery");
        await Api.LogInAsync(name);
        await Api.TryLogInAsync("not-a-user-but-a-typed-secret", "wrong horse battery");

        var audit = await identities.AuditAsync("login");
        Assert.Equal(["accepted", "refused"], audit.Where(e => e["key"] == name).Select(e => (string)e["outcome"]!));
        Assert.Equal([$"user:{name}", "anonymous"], audit.Where(e => e["key"] == name).Select(e => (string)e["actor"]!));
        Assert.Equal("127.0.0.1", audit[0]["address"]);
        Assert.DoesNotContain(audit, e => e["key"] == "not-a-user-but-a-typed-secret");
    }

    [Theory]
    [InlineData("Development", null, false)]
    [InlineData("Production", null, true)]
    [InlineData("Production", "false", false)]
    [InlineData("Development", "true", true)]
    public async Task The_cookie_is_for_the_api_alone(string environment, string? secure, bool isSecure)
    {
        var name = await Api.CreateUserAsync("viewer");
        (string, string)[] settings = secure is null ? [("environment", environment)] : [("environment", environment), ("Sessions:SecureCookie", secure)];
        await using var api = Replica.Start(identities.Server, settings: settings);
        var attributes = (await api.TryLogInAsync(name, Password)).SetCookie().Split("; ")[1..].Order(StringComparer.Ordinal);
        Assert.Equal($"httponly; max-age=604800; path=/; samesite=lax{(isSecure ? "; secure" : "")}", string.Join("; ", attributes));
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "same-origin", HttpStatusCode.NoContent)]
    [InlineData("Sec-Fetch-Site", "none", HttpStatusCode.NoContent)]
    [InlineData("Sec-Fetch-Site", "same-site", HttpStatusCode.Forbidden)]
    [InlineData("Sec-Fetch-Site", "cross-site", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "{own}", HttpStatusCode.NoContent)]
    [InlineData("Origin", "http://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "null", HttpStatusCode.Forbidden)]
    [InlineData("Origin", "https://cdn.example.com", HttpStatusCode.Forbidden)]
    [InlineData("X-Nothing", "at-all", HttpStatusCode.Forbidden)]
    public async Task What_changes_something_must_come_from_the_same_origin(string header, string value, HttpStatusCode expected)
    {
        var name = await Api.CreateUserAsync("viewer");
        using var browser = Api.WithSession(await Api.LogInAsync(name), site: null);
        await (await browser.GetAsync("/api/v1/auth/me")).ReadAsync(HttpStatusCode.OK);

        browser.DefaultRequestHeaders.Add(header, value.Replace("{own}", Api.Address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal));
        var response = await browser.PostAsync("/api/v1/auth/logout", null);
        Assert.Equal(expected, response.StatusCode);
        if (expected == HttpStatusCode.Forbidden)
            Assert.Contains("Sec-Fetch-Site", (string?)(await response.ReadAsync(expected))["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Behind_a_proxy_the_public_origin_counts()
    {
        var name = await Api.CreateUserAsync("viewer");
        await using var api = Replica.Start(identities.Server, settings: ("Api:PublicOrigin", "https://cdn.example.com"));
        using var browser = api.WithSession(await api.LogInAsync(name), site: null);
        browser.DefaultRequestHeaders.Add("Origin", "https://cdn.example.com:443");
        Assert.Equal(HttpStatusCode.NoContent, (await browser.PostAsync("/api/v1/auth/logout", null)).StatusCode);
    }

    [Fact]
    public async Task Another_site_logs_nobody_in()
    {
        var name = await Api.CreateUserAsync("viewer");
        using var browser = Api.Stranger();
        browser.DefaultRequestHeaders.Add("Sec-Fetch-Site", "cross-site");
        var response = await browser.PostAsJsonAsync("/api/v1/auth/login", new { name, password = Password });
        await response.ReadAsync(HttpStatusCode.Forbidden);
        Assert.False(response.Headers.Contains("Set-Cookie"));
    }

    [Theory]
    [InlineData(Replica.Master, HttpStatusCode.OK)]
    [InlineData("wrong", HttpStatusCode.Unauthorized)]
    public async Task A_token_decides_beside_a_cookie(string token, HttpStatusCode expected)
    {
        var name = await Api.CreateUserAsync("viewer");
        using var client = Api.WithSession(await Api.LogInAsync(name), site: null);
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        var answer = await (await client.GetAsync("/api/v1/auth/me")).ReadAsync(expected);
        if (expected == HttpStatusCode.OK)
            Assert.Equal("master", (string?)answer["kind"]);
    }

    [Fact]
    public async Task A_hash_under_old_parameters_is_renewed_at_the_next_login()
    {
        await using var former = Replica.Start(identities.Server, settings: ("Passwords:Passes", "2"));
        var name = await former.CreateUserAsync("viewer");
        var before = (string)(await identities.Redis.HashGetAsync($"cdn:user:{name}", "password"))!;
        Assert.StartsWith("$argon2id$v=19$m=19456,t=2,p=1$", before, StringComparison.Ordinal);

        await using var stricter = Replica.Start(identities.Server, settings: ("Passwords:Passes", "3"));
        await stricter.LogInAsync(name);
        var after = (string)(await identities.Redis.HashGetAsync($"cdn:user:{name}", "password"))!;
        Assert.StartsWith("$argon2id$v=19$m=19456,t=3,p=1$", after, StringComparison.Ordinal);
        await stricter.LogInAsync(name);
        Assert.Equal(after, await identities.Redis.HashGetAsync($"cdn:user:{name}", "password"));
    }
}

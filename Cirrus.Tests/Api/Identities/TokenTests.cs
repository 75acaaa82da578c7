using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Cirrus.Core.Identities;
using Cirrus.Tests.Programs;
using Microsoft.Extensions.Time.Testing;

namespace Cirrus.Tests.Api.Identities;

[Collection(IdentityCollection.Name)]
public sealed class TokenTests(IdentityFixture identities)
{
    private static readonly string[] Domains = ["*.Example.COM"];

    private Replica Api => identities.Api;

    [Fact]
    public async Task A_token_is_shown_once_and_works_at_every_replica()
    {
        using var master = Api.WithToken();
        var response = await master.PostAsJsonAsync("/api/v1/auth/tokens", new { name = "ci", role = "operator", domains = Domains });
        var created = await response.ReadAsync(HttpStatusCode.Created);
        var secret = (string)created["token"]!;
        Assert.Matches("^cirrus_[A-Za-z0-9_-]{43}$", secret);
        Assert.Equal(secret[^2..], (string?)created["suffix"]);
        Assert.True(response.Headers.CacheControl!.NoStore);

        var shown = await master.GetStringAsync(response.Headers.Location);
        Assert.DoesNotContain(secret, shown + await master.GetStringAsync("/api/v1/auth/tokens"), StringComparison.Ordinal);
        Assert.Equal("master", (string?)JsonNode.Parse(shown)!["createdBy"]);

        using var program = identities.Other.WithToken(secret);
        var me = await (await program.GetAsync("/api/v1/auth/me")).ReadAsync(HttpStatusCode.OK);
        Assert.Equal(($"ci…{secret[^2..]}", "token", "operator"), ((string?)me["name"], (string?)me["kind"], (string?)me["role"]));
        Assert.Equal("*.example.com", (string?)Assert.Single(me["domains"]!.AsArray()));
    }

    [Fact]
    public async Task A_deleted_token_opens_nothing_at_once()
    {
        var (id, secret) = await Api.CreateTokenAsync(new { name = "gone", role = "viewer" });
        using var program = identities.Other.WithToken(secret);
        await (await program.GetAsync("/api/v1/auth/me")).ReadAsync(HttpStatusCode.OK);

        using var master = Api.WithToken();
        Assert.Equal(HttpStatusCode.NoContent, (await master.DeleteAsync($"/api/v1/auth/tokens/{id}")).StatusCode);
        await (await program.GetAsync("/api/v1/auth/me")).ReadAsync(HttpStatusCode.Unauthorized);
        await (await master.DeleteAsync($"/api/v1/auth/tokens/{id}")).ReadAsync(HttpStatusCode.NotFound);
        Assert.False(await identities.Redis.KeyExistsAsync($"cdn:token:{Secret.Hash(secret)}"));
        Assert.Equal(id, (await identities.AuditAsync("token-delete"))[0]["key"]);
    }

    [Fact]
    public async Task An_expired_token_is_told_so()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var api = Replica.Start(identities.Server, time: time);
        var (_, secret) = await api.CreateTokenAsync(new { name = "short", role = "viewer", expiresAt = time.GetUtcNow().AddHours(1) });
        using var program = api.WithToken(secret);
        await (await program.GetAsync("/api/v1/auth/me")).ReadAsync(HttpStatusCode.OK);

        time.Advance(TimeSpan.FromHours(1));
        var response = await program.GetAsync("/api/v1/auth/me");
        Assert.Equal("This token has expired.", (string?)(await response.ReadAsync(HttpStatusCode.Unauthorized))["detail"]);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
        using var stranger = api.WithToken(ServiceToken.Prefix + Secret.New());
        Assert.Equal("This is not a valid token.", (string?)(await (await stranger.GetAsync("/api/v1/auth/me")).ReadAsync(HttpStatusCode.Unauthorized))["detail"]);
    }

    [Fact]
    public async Task The_last_use_is_known_to_the_minute()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var api = Replica.Start(identities.Server, time: time);
        var (id, secret) = await api.CreateTokenAsync(new { name = "used", role = "viewer" });
        using var program = api.WithToken(secret);
        Assert.Null(await LastUsedAsync(api, id));

        await program.GetAsync("/api/v1/auth/me");
        await Wait.UntilAsync("the first use is written", async () => await LastUsedAsync(api, id) is not null);
        var first = await LastUsedAsync(api, id);
        time.Advance(TimeSpan.FromSeconds(59));
        await program.GetAsync("/api/v1/auth/me");
        time.Advance(TimeSpan.FromSeconds(1));
        await program.GetAsync("/api/v1/auth/me");
        await Wait.UntilAsync("the use a minute later is written", async () => await LastUsedAsync(api, id) != first);
        Assert.Equal(first!.Value.AddMinutes(1), (await LastUsedAsync(api, id))!.Value);
    }

    [Theory]
    [InlineData("""{"role":"viewer"}""", "name")]
    [InlineData("""{"name":"x"}""", "role")]
    [InlineData("""{"name":"x","role":"god"}""", "role")]
    [InlineData("""{"name":"x\n","role":"viewer"}""", "name")]
    [InlineData("""{"name":"x","role":"viewer","domains":[]}""", "domains")]
    [InlineData("""{"name":"x","role":"viewer","domains":["a b"]}""", "domains[0]")]
    [InlineData("""{"name":"x","role":"admin","domains":["example.com"]}""", "role")]
    [InlineData("""{"name":"x","role":"viewer","expiresAt":"2020-01-01T00:00:00Z"}""", "expiresAt")]
    public async Task Bad_input_names_the_field(string body, string field)
    {
        using var master = Api.WithToken();
        Assert.Equal([field], await (await master.PostJsonAsync("/api/v1/auth/tokens", body)).InvalidFieldsAsync());
    }

    private static async Task<DateTimeOffset?> LastUsedAsync(Replica api, string id)
    {
        using var master = api.WithToken();
        return (DateTimeOffset?)(await master.GetFromJsonAsync<JsonNode>($"/api/v1/auth/tokens/{id}"))!["lastUsedAt"];
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Cirrus.Tests.Api.Identities;

[Collection(IdentityCollection.Name)]
public sealed class UserTests(IdentityFixture identities)
{
    private const string Password = "correct horse battery";
    private Replica Api => identities.Api;

    [Fact]
    public async Task An_admin_creates_reads_changes_and_deletes_a_user()
    {
        using var admin = Api.WithSession(await Api.LogInAsync(await Api.CreateUserAsync("admin")));
        var name = $"u{Guid.NewGuid():N}";
        var response = await admin.PostAsJsonAsync("/api/v1/users", new { name, role = "viewer", password = Password });
        var created = await response.ReadAsync(HttpStatusCode.Created);
        Assert.Equal("\"1\"", response.Headers.ETag!.Tag);
        Assert.Null(created["password"]);
        await (await admin.PostAsJsonAsync("/api/v1/users", new { name, role = "viewer", password = Password })).ReadAsync(HttpStatusCode.Conflict);

        await Api.LogInAsync(name);
        var read = await admin.GetFromJsonAsync<JsonNode>($"/api/v1/users/{name}");
        Assert.NotNull(read!["lastLogin"]);
        Assert.Equal(1, (int?)read["revision"]);

        read["role"] = "operator";
        var changed = await (await admin.PutJsonAsync($"/api/v1/users/{name}", read.ToJsonString())).ReadAsync(HttpStatusCode.OK);
        Assert.Equal(("operator", 2), ((string?)changed["role"], (int?)changed["revision"]));
        await (await admin.PutJsonAsync($"/api/v1/users/{name}", read.ToJsonString())).ReadAsync(HttpStatusCode.PreconditionFailed);
        await Api.LogInAsync(name);

        var list = await admin.GetFromJsonAsync<JsonNode>("/api/v1/users");
        Assert.Contains(list!["items"]!.AsArray(), u => (string?)u!["name"] == name);
        Assert.Equal(HttpStatusCode.NoContent, (await admin.DeleteAsync($"/api/v1/users/{name}")).StatusCode);
        await (await admin.GetAsync($"/api/v1/users/{name}")).ReadAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_user_that_comes_back_goes_on_counting()
    {
        using var master = Api.WithToken();
        var name = await Api.CreateUserAsync("viewer");
        await (await master.PutAsJsonAsync($"/api/v1/users/{name}", new { role = "operator" })).ReadAsync(HttpStatusCode.OK);
        await master.DeleteAsync($"/api/v1/users/{name}");

        var response = await master.PostAsJsonAsync("/api/v1/users", new { name, role = "viewer", password = Password });

        var created = await response.ReadAsync(HttpStatusCode.Created);
        Assert.Equal((3, "\"3\""), ((int)created["revision"]!, response.Headers.ETag?.Tag));
        Assert.True(JsonNode.DeepEquals(created, await master.GetFromJsonAsync<JsonNode>($"/api/v1/users/{name}")));
    }

    [Fact]
    public async Task Entity_tags_guard_a_user()
    {
        using var master = Api.WithToken();
        var name = await Api.CreateUserAsync("viewer");
        master.DefaultRequestHeaders.IfNoneMatch.Add(new EntityTagHeaderValue("\"1\""));
        Assert.Equal(HttpStatusCode.NotModified, (await master.GetAsync($"/api/v1/users/{name}")).StatusCode);
        master.DefaultRequestHeaders.Clear();
        master.DefaultRequestHeaders.Authorization = new("Bearer", Replica.Master);
        master.DefaultRequestHeaders.IfMatch.Add(new EntityTagHeaderValue("\"7\""));
        await (await master.PutAsJsonAsync($"/api/v1/users/{name}", new { role = "admin" })).ReadAsync(HttpStatusCode.PreconditionFailed);
        await (await master.DeleteAsync($"/api/v1/users/{name}")).ReadAsync(HttpStatusCode.PreconditionFailed);
    }

    [Fact]
    public async Task The_master_resets_a_password_and_the_sessions_end()
    {
        var name = await Api.CreateUserAsync("viewer");
        using var browser = Api.WithSession(await Api.LogInAsync(name));
        using var master = Api.WithToken();
        await (await master.PutAsJsonAsync($"/api/v1/users/{name}", new { role = "viewer", password = "another horse battery" })).ReadAsync(HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/api/v1/auth/me")).StatusCode);
        await Api.LogInAsync(name, "another horse battery");
    }

    [Fact]
    public async Task An_open_browser_does_not_give_the_password_away()
    {
        var name = await Api.CreateUserAsync("admin");
        using var admin = Api.WithSession(await Api.LogInAsync(name));
        Assert.Equal(["password"], await (await admin.PutAsJsonAsync(
            $"/api/v1/users/{name}", new { role = "admin", password = "another horse battery" })).InvalidFieldsAsync());
    }

    [Theory]
    [InlineData("""{"name":"Alice","role":"viewer","password":"correct horse battery"}""", "name")]
    [InlineData("""{"name":".alice","role":"viewer","password":"correct horse battery"}""", "name")]
    [InlineData("""{"role":"viewer","password":"correct horse battery"}""", "name")]
    [InlineData("""{"name":"alice-bad","password":"correct horse battery"}""", "role")]
    [InlineData("""{"name":"alice-bad","role":"root","password":"correct horse battery"}""", "role")]
    [InlineData("""{"name":"alice-bad","role":"viewer"}""", "password")]
    [InlineData("""{"name":"alice-bad","role":"viewer","password":"elevenchars"}""", "password")]
    [InlineData("""{"name":"alice-in-cdn-land","role":"viewer","password":"Alice-in-CDN-land"}""", "password")]
    [InlineData("""{"name":"alice-bad","role":"viewer","password":"correct\u0007horse battery"}""", "password")]
    [InlineData("""{"name":"alice-bad","role":"viewer","passwort":"correct horse battery"}""", "passwort")]
    public async Task Bad_input_names_the_field(string body, string field)
    {
        using var master = Api.WithToken();
        Assert.Equal([field], await (await master.PostJsonAsync("/api/v1/users", body)).InvalidFieldsAsync());
    }

    [Fact]
    public async Task Every_write_is_audited_without_a_hash()
    {
        var name = await Api.CreateUserAsync("viewer");
        using var master = Api.WithToken();
        await master.PutAsJsonAsync($"/api/v1/users/{name}", new { role = "operator" });
        await master.DeleteAsync($"/api/v1/users/{name}");

        var puts = (await identities.AuditAsync("user-put")).Where(e => e["key"] == name).ToList();
        var deletion = Assert.Single(await identities.AuditAsync("user-delete"), e => e["key"] == name);
        Assert.Equal(2, puts.Count);
        Assert.Equal("", puts[1]["before"]);
        Assert.Equal(puts[1]["after"], puts[0]["before"]);
        Assert.Equal(puts[0]["after"], deletion["before"]);
        Assert.Equal("operator", (string?)JsonNode.Parse((string)puts[0]["after"]!)!["role"]);
        Assert.All(puts, e => Assert.DoesNotContain("argon2", (string)e["after"]!, StringComparison.Ordinal));
        Assert.All(puts, e => Assert.Equal(("master", ""), ((string)e["actor"]!, (string)e["change"]!)));
    }
}

using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Api;

/// <summary>On a Redis of its own, for the list is of all certificates there are.</summary>
public sealed class CertificateListTests(ApiServer api) : IClassFixture<ApiServer>
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());

    [Fact]
    public async Task Those_that_end_first_come_first_and_pages_go_on_whatever_comes_and_goes()
    {
        var own = Guid.NewGuid().ToString("N");
        using var client = await api.ConfinedAsync("viewer", [$"*.{own}.test"]);
        await PutAsync($"d.{own}.test", 40);
        foreach (var name in new[] { "c", "a", "b", "e" })
            await PutAsync($"{name}.{own}.test", 30);
        await PutAsync($"z.{own}.test", 20);

        Assert.Equal(["z", "a", "b", "c", "e", "d"], Names(await ListAsync(client, "")));
        var first = await ListAsync(client, "limit=3");
        Assert.Equal(["z", "a", "b"], Names(first));
        var next = (string)first["next"]!;

        // The last one shown goes, one comes before and one behind it.
        await api.Client.DeleteAsync($"/api/v1/domains/b.{own}.test/cert");
        await PutAsync($"y.{own}.test", 10);
        await PutAsync($"b2.{own}.test", 30);
        var second = await ListAsync(client, $"limit=3&after={next}");
        Assert.Equal(["b2", "c", "e"], Names(second));
        // And the one shown last is renewed.
        await PutAsync($"e.{own}.test", 90);
        var third = await ListAsync(client, $"limit=3&after={second["next"]}");
        Assert.Equal(["d", "e"], Names(third));
        Assert.Null(third["next"]);
    }

    [Fact]
    public async Task Pages_of_an_unconfined_caller_hold_every_certificate_once()
    {
        var own = Guid.NewGuid().ToString("N");
        var names = Enumerable.Range(0, 7).Select(i => $"n{i}.{own}.test").ToArray();
        foreach (var name in names)
            await PutAsync(name, 60);

        var found = new List<string>();
        for (var after = ""; after is not null;)
        {
            var page = await ListAsync(api.Client, $"limit=2{(after.Length > 0 ? $"&after={after}" : "")}");
            found.AddRange(page["items"]!.AsArray().Select(i => (string)i!["domain"]!));
            after = (string?)page["next"];
        }
        Assert.Equal(found.Distinct(), found);
        Assert.Equal(names, found.Where(n => n.EndsWith($"{own}.test", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_line_tells_what_it_is_for_how_long_it_lasts_and_how_its_order_stands()
    {
        var (own, name) = (Guid.NewGuid().ToString("N"), "");
        using var client = await api.ConfinedAsync("viewer", [$"*.{own}.test"]);
        name = $"www.{own}.test";
        await PutAsync(name, 30);
        var line = (await ListAsync(client, ""))["items"]!.AsArray().Single()!;
        Assert.Equal([name], line["names"]!.AsArray().Select(n => (string)n!));
        Assert.Equal((name, "CN=Test authority", "operator", 29), ((string?)line["domain"], (string?)line["issuer"], (string?)line["source"], (int?)line["daysLeft"]));
        Assert.Equal(Now.AddDays(30), (DateTimeOffset?)line["notAfter"]);
        Assert.Equal((null, null), ((string?)line["authority"], (string?)line["status"]));

        await (await api.Client.PostAsync($"/api/v1/domains/{name}/acme", null)).ReadAsync(HttpStatusCode.Accepted);
        Assert.Equal("queued", (string?)(await ListAsync(client, ""))["items"]![0]!["status"]);
    }

    [Fact]
    public async Task Filters_leave_those_out_that_last_longer_or_come_from_elsewhere()
    {
        var own = Guid.NewGuid().ToString("N");
        using var client = await api.ConfinedAsync("viewer", [$"*.{own}.test"]);
        await PutAsync($"soon.{own}.test", 5);
        await PutAsync($"later.{own}.test", 50);

        Assert.Equal(["soon"], Names(await ListAsync(client, "expiresWithin=10d")));
        Assert.Equal(["soon"], Names(await ListAsync(client, "expiresWithin=240h")));
        Assert.Empty(Names(await ListAsync(client, "expiresWithin=1m")));
        Assert.Equal(["soon", "later"], Names(await ListAsync(client, "expiresWithin=51d")));
        Assert.Equal(["soon"], Names(await ListAsync(client, $"expiresBefore={Now.AddDays(50).UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}")));
        Assert.Equal(["soon", "later"], Names(await ListAsync(client, "source=operator")));
        Assert.Empty(Names(await ListAsync(client, "source=acme")));
        var page = await ListAsync(client, "limit=1&expiresWithin=60d&source=operator");
        Assert.Equal(["later"], Names(await ListAsync(client, $"limit=1&expiresWithin=60d&source=operator&after={page["next"]}")));
        Assert.Empty(Names(await ListAsync(client, $"expiresWithin=10d&after={page["next"]}")));
    }

    [Fact]
    public async Task A_confined_token_sees_its_own_only()
    {
        var own = Guid.NewGuid().ToString("N");
        await PutAsync($"a.{own}.test", 5);
        await PutAsync($"b.{own}.test", 6);
        using var client = await api.ConfinedAsync("viewer", [$"b.{own}.test"]);
        Assert.Equal(["b"], Names(await ListAsync(client, "")));
    }

    [Theory]
    [InlineData("expiresBefore=tomorrow", "expiresBefore")]
    [InlineData("expiresWithin=30", "expiresWithin")]
    [InlineData("expiresWithin=999999d", "expiresWithin")]
    [InlineData("expiresWithin=30d&expiresBefore=2026-01-02T03:04:05Z", "expiresWithin")]
    [InlineData("source=own", "source")]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=1001", "limit")]
    [InlineData("after=nothing", "after")]
    [InlineData("after=12.", "after")]
    [InlineData("before=1", "before")]
    public async Task What_can_not_be_asked_is_refused_by_its_name(string query, string field) =>
        Assert.Equal([field], await (await api.Client.GetAsync($"/api/v1/certificates?{query}")).InvalidFieldsAsync());

    private async Task PutAsync(string name, int days)
    {
        await api.Client.PutJsonAsync($"/api/v1/domains/{name}", Answers.Domain(name));
        var (fullchainPem, keyPem) = TestCertificate.Make([name], notAfter: Now.AddDays(days));
        var put = await api.Client.PutJsonAsync($"/api/v1/domains/{name}/cert", JsonSerializer.Serialize(new { fullchainPem, keyPem }));
        Assert.True(put.IsSuccessStatusCode, await put.Content.ReadAsStringAsync());
    }

    private static async Task<JsonNode> ListAsync(HttpClient client, string query) =>
        await (await client.GetAsync($"/api/v1/certificates?{query}")).ReadAsync(HttpStatusCode.OK);

    private static IEnumerable<string> Names(JsonNode page) => page["items"]!.AsArray().Select(i => ((string)i!["domain"]!).Split('.')[0]);
}

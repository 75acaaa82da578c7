using System.Net;
using System.Text.Json.Nodes;
using Cirrus.Core.Acme;

namespace Cirrus.Tests.Api;

/// <summary>On a Redis of its own, for all authorities are shown.</summary>
public sealed class CertificateBudgetTests(ApiServer api) : IClassFixture<ApiServer>
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());

    [Fact]
    public async Task What_is_used_and_left_is_shown_for_each_authority_in_their_order()
    {
        var authorities = new AuthorityStore(api.Store);
        var limits = new OrderLimits { Orders = 10, CertificatesPerDomain = 2, CertificatesPerSet = 0, FailedValidations = 0 };
        await authorities.PutAllAsync(
        [
            new("second", 1, new Uri("https://b.test/dir"), new OrderLimits()), new("first", 0, new Uri("https://a.test/dir"), limits),
        ]);
        await authorities.FailedAsync("second", new AuthorityStanding(2, DateTimeOffset.UtcNow, "It does not answer."));
        using var ledger = new OrderLedger(api.Store, "first", limits);
        foreach (var (id, at) in new[] { ("one", Now.AddHours(-1)), ("two", Now.AddMinutes(-30)) })
            await ledger.ReserveAsync(id, new PlannedOrder([$"{id}.example.com"], ["example.com"], OrderPurpose.New), at);

        var shown = (await ReadAsync())["authorities"]!;
        Assert.Equal(["first", "second"], shown.AsArray().Select(a => (string)a!["name"]!));
        var first = shown[0]!;
        Assert.Equal(
            """[{"limit":"orders","most":10,"window":10800},{"limit":"certificatesPerDomain","most":2,"window":604800}]""", first["limits"]!.ToJsonString());
        Assert.Equal(("https://a.test/dir", null, null), ((string?)first["directory"], (string?)first["downUntil"], (string?)first["error"]));
        var rows = first["headRoom"]!.AsArray().Select(h => (
            (string?)h!["limit"], (string?)h["subject"], (int?)h["used"], (int?)h["left"], (DateTimeOffset?)h["opensAt"], (DateTimeOffset?)h["frees"]));
        Assert.Equal(
            [
                ("orders", null, 2, 8, null, Now.AddHours(2)),
                ("certificatesPerDomain", "example.com", 2, 0, Now.AddHours(-1).AddDays(7), Now.AddHours(-1).AddDays(7)),
            ],
            rows);
        Assert.True((DateTimeOffset?)shown[1]!["downUntil"] > DateTimeOffset.UtcNow);
        Assert.Equal("It does not answer.", (string?)shown[1]!["error"]);
        Assert.Equal(["orders"], shown[1]!["headRoom"]!.AsArray().Select(h => (string)h!["limit"]!));
    }

    [Fact]
    public async Task A_confined_token_does_not_see_what_others_have_used()
    {
        using var client = await api.ConfinedAsync("viewer", ["*.example.com"]);
        await (await client.GetAsync("/api/v1/certificates/budget")).ReadAsync(HttpStatusCode.Forbidden);
    }

    private async Task<JsonNode> ReadAsync() => await (await api.Client.GetAsync("/api/v1/certificates/budget")).ReadAsync(HttpStatusCode.OK);
}

using System.Net;
using System.Text.Json.Nodes;
using Cirrus.Core.Audit;
using Cirrus.Core.Certificates;
using Cirrus.Core.Dnssec;
using Cirrus.Core.Steering;
using Cirrus.Core.Zones;
using StackExchange.Redis;

namespace Cirrus.Tests.Api;

/// <summary>On a Redis of its own, for there is one zone.</summary>
public sealed class DnssecTests(ApiServer api) : IClassFixture<ApiServer>
{
    private static readonly string Zone = new ZoneOptions().Name;

    [Fact]
    public async Task Keys_are_shown_and_rolled_step_by_step()
    {
        Assert.Equal("unsigned", (string?)(await ShowAsync())["state"]);
        await PostAsync("zsk/roll", HttpStatusCode.Conflict);

        var keys = await SignAsync(api.Store);
        var shown = await ShowAsync();
        var ksk = keys.Keys[1].Id;
        Assert.Equal("signed", (string?)shown["state"]);
        Assert.Equal(DnssecRecords.DsOf(Zone, keys.Keys[1]), (string?)shown["dsRecords"]!.AsArray().Single());
        Assert.Equal(["zsk", "ksk"], shown["keys"]!.AsArray().Select(k => (string?)k!["kind"]));
        Assert.Contains($"/api/v1/dnssec/keys/{ksk}/published", (string?)shown["next"]!.AsArray().Single(), StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE", shown.ToJsonString(), StringComparison.Ordinal);

        // Before the parent vouches for the first key, a second one would only confuse.
        await PostAsync("ksk/roll", HttpStatusCode.Conflict);
        await PostAsync("keys/99999/published", HttpStatusCode.NotFound);
        Assert.Equal("secure", (string?)(await PostAsync($"keys/{ksk}/published"))["state"]);
        await PostAsync($"keys/{ksk}/published", HttpStatusCode.Conflict);

        Assert.Equal("signed", (string?)(await PostAsync($"keys/{ksk}/withdrawn"))["state"]);
        await PostAsync($"keys/{ksk}/withdrawn", HttpStatusCode.Conflict);
        await PostAsync($"keys/{ksk}/published");

        Assert.Equal(["active", "active", "created"], States(await PostAsync("zsk/roll")));
        await PostAsync("zsk/roll", HttpStatusCode.Conflict);
        shown = await PostAsync("ksk/roll");
        Assert.Equal(["active", "active", "created", "created"], States(shown));
        // The new one is not in the zone yet.
        Assert.Single(shown["dsRecords"]!.AsArray());

        var trail = await (await api.Client.GetAsync("/api/v1/audit")).ReadAsync(HttpStatusCode.OK);
        Assert.Equal(
            ["dnssec-ksk-roll", "dnssec-zsk-roll", "dnssec-ds-published"],
            trail["items"]!.AsArray().Where(e => (string?)e!["outcome"] == "accepted").Select(e => (string?)e!["action"]).Take(3));
        Assert.DoesNotContain("PRIVATE", trail.ToJsonString(), StringComparison.Ordinal);
    }

    /// <summary>As Cirrus.Dns leaves it when it signs the zone.</summary>
    internal static async Task<DnssecKeys> SignAsync(IConnectionMultiplexer redis)
    {
        var store = new DnssecKeyStore(redis, KeySealing.Parse(null));
        var now = DateTimeOffset.UtcNow;
        var keys = store.WithNew(Zone, DnssecKeys.None, DnssecKeyKind.ZoneSigning, DnssecKeyState.Active, now);
        keys = store.WithNew(Zone, keys, DnssecKeyKind.KeySigning, DnssecKeyState.Published, now);
        await store.PutAsync(Zone, keys, new Actor("dns"), "dnssec-keys");
        await new ZoneStore(redis).TryPutAsync(
            Zone, null, new ZoneVersion(1, default, ""), kept: new KeptNames([KeyValuePair.Create<byte[], byte[]>([], [0])], true));
        return keys;
    }

    private static IEnumerable<string?> States(JsonNode shown) => shown["keys"]!.AsArray().Select(k => (string?)k!["state"]);

    private async Task<JsonNode> ShowAsync() => await (await api.Client.GetAsync("/api/v1/dnssec")).ReadAsync(HttpStatusCode.OK);

    private async Task<JsonNode> PostAsync(string path, HttpStatusCode expected = HttpStatusCode.OK) =>
        await (await api.Client.PostAsync($"/api/v1/dnssec/{path}", null)).ReadAsync(expected);
}

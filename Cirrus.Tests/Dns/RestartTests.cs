using Cirrus.Core.Nodes;
using Cirrus.Core.Redis;
using Cirrus.Core.Steering;
using Cirrus.Dns.Zones;
using Cirrus.Tests.Programs;
using StackExchange.Redis;

namespace Cirrus.Tests.Dns;

/// <summary>What survives the end of each process.</summary>
public sealed class RestartTests(DnsFixture stack) : IClassFixture<DnsFixture>
{
    [Fact]
    public async Task The_serial_stays_for_the_same_zone_and_rises_for_another_across_restarts_of_the_primary()
    {
        await stack.UntilAppliedAsync(await stack.AddDomainAsync("www.restart.test"));
        var first = await Dig.SerialAsync(stack.PrimaryPort, DnsFixture.Zone);

        Assert.Equal(0, await stack.StopDnsAsync());
        stack.StartDns();
        await Wait.UntilAsync("the primary is back", async () => await Dig.SerialAsync(stack.PrimaryPort, DnsFixture.Zone) is not null);
        Assert.Equal(first, await Dig.SerialAsync(stack.PrimaryPort, DnsFixture.Zone));

        await stack.KillDnsAsync();
        var missed = await stack.AddDomainAsync("www.missed.test");
        stack.StartDns();
        await stack.UntilAppliedAsync(missed);
        var second = await Dig.SerialAsync(stack.PrimaryPort, DnsFixture.Zone);
        Assert.True(SerialNumber.IsNewer(second!.Value, first!.Value));
        Assert.Equal(second, (await stack.Zones.FindAsync(DnsFixture.Zone))!.Serial);
    }

    [Fact]
    public async Task A_secondary_serves_the_last_zone_without_its_primary_however_it_ended()
    {
        await stack.AddNodeAsync("edge-lone", NodeHealth.Up, "192.0.2.9");
        await stack.AddDomainAsync("www.lone.test");
        await stack.UntilBothNameAsync("www.lone.test", "192.0.2.9");
        var label = AccessName.Label("www.lone.test");
        foreach (var index in new[] { 0, 1 })
        {
            await Wait.UntilAsync("the zone file is written", () =>
                File.Exists(stack.ZoneFile(index)) && File.ReadAllText(stack.ZoneFile(index)).Contains(label, StringComparison.Ordinal));
        }

        await stack.KillDnsAsync();
        Assert.Equal(0, await stack.StopSecondaryAsync(0));
        await stack.KillSecondaryAsync(1);
        stack.StartSecondary(0);
        stack.StartSecondary(1);
        await stack.UntilBothNameAsync("www.lone.test", "192.0.2.9");

        stack.StartDns();
        await stack.UntilAppliedAsync(await stack.AddDomainAsync("www.again.test"));
    }

    // The primary knows nothing of it, so no NOTIFY tells it; a refresh is due after a minute, another attempt after ten seconds.
    [Theory]
    [InlineData("killed")]
    [InlineData("stopped")]
    public async Task A_secondary_asks_at_once_for_what_its_zone_file_lacks_however_it_ended(string end)
    {
        using var folder = new WorkFolder();
        var unlisted = new SecondaryPrograms(folder.Path, DnsFixture.Zone, FreePort.Next(), DnsFixture.KeyName, DnsFixture.Secret, [stack.PrimaryPort]);
        var file = folder.At($"{DnsFixture.Zone}.zone");
        await stack.UntilAppliedAsync(await stack.AddDomainAsync($"www.{end}.test"));
        var older = "";
        await RunAsync(() => Wait.UntilAsync("the zone file is written", async () =>
            File.Exists(file) && (older = await File.ReadAllTextAsync(file)).Contains(AccessName.Label($"www.{end}.test"), StringComparison.Ordinal)));

        await stack.UntilAppliedAsync(await stack.AddDomainAsync($"www2.{end}.test"));
        await RunAsync(UntilCurrentAsync);
        // As if the zone that it served had not been written.
        await File.WriteAllTextAsync(file, older);
        await RunAsync(UntilCurrentAsync);

        async Task RunAsync(Func<Task> look)
        {
            await using var secondary = unlisted.StartNsd();
            await look();
            await (end == "killed" ? secondary.KillAsync() : secondary.StopAsync());
        }

        async Task UntilCurrentAsync()
        {
            var serial = await Dig.SerialAsync(stack.PrimaryPort, DnsFixture.Zone);
            await Wait.UntilAsync("it serves the zone of now", async () => await Dig.SerialAsync(unlisted.Port, DnsFixture.Zone) == serial, TimeSpan.FromSeconds(8));
        }
    }

    [Fact]
    public async Task Without_Redis_the_zone_is_served_on_and_a_primary_that_starts_then_serves_nothing()
    {
        await stack.UntilAppliedAsync(await stack.AddDomainAsync("www.redis.test"));
        var serial = await Dig.SerialAsync(stack.PrimaryPort, DnsFixture.Zone);
        await Wait.UntilAsync("it is ready", async () => (await stack.ReadyAsync())?.Code == 200);

        await stack.Redis.KillAsync();
        Assert.Equal(serial, await Dig.SerialAsync(stack.PrimaryPort, DnsFixture.Zone));

        await stack.KillDnsAsync();
        stack.StartDns();
        await Wait.UntilAsync("it says that it is not ready", async () => (await stack.ReadyAsync())?.Code == 503);
        Assert.Contains("SERVFAIL", await Dig.RunAsync(stack.PrimaryPort, DnsFixture.Zone, "SOA"), StringComparison.Ordinal);
        Assert.Equal(serial, await Dig.SerialAsync(stack.SecondaryPorts[0], DnsFixture.Zone));

        await stack.Redis.RestartAsync();
        await RedisServer.UntilBackAsync(stack.Connection);
        await Wait.UntilAsync("it is ready again", async () => (await stack.ReadyAsync())?.Code == 200);
        Assert.Equal(serial, await Dig.SerialAsync(stack.PrimaryPort, DnsFixture.Zone));
        await stack.UntilAppliedAsync(await stack.AddDomainAsync("www.after.test"));
    }

    [Fact]
    public async Task A_secondary_that_ends_is_shown_as_unreachable_and_its_receipts_go_on_when_it_is_back()
    {
        await stack.KillSecondaryAsync(1);
        await Wait.UntilAsync("it is unreachable, and the other is not", async () =>
            await stack.Secondaries.ListAsync() is [{ Reachable: true }, { Reachable: false }]);

        var missed = await stack.AddDomainAsync("www.away.test");
        await Wait.UntilAsync("the other has it", async () => await stack.Applied.SecondaryAppliedAsync("ns1", missed) is not null);
        Assert.Null(await stack.Applied.SecondaryAppliedAsync("ns2", missed));

        stack.StartSecondary(1);
        await stack.UntilAppliedAsync(missed);
        await Wait.UntilAsync("it is reachable", async () => (await stack.Secondaries.ListAsync())[1].Reachable);
    }

    [Fact]
    public async Task A_zone_of_20_000_domains_reaches_both_secondaries()
    {
        RedisValue[] names = [.. Enumerable.Range(0, 20_000).Select(i => (RedisValue)$"www{i}.large.test")];
        var index = stack.Connection.GetDatabase();
        await stack.KillDnsAsync();
        await index.SortedSetAddAsync(RedisKeys.Domains, Array.ConvertAll(names, n => new SortedSetEntry(n, 0)));

        stack.StartDns();
        await stack.UntilAppliedAsync(await stack.AddDomainAsync("www.among.test"));
        foreach (var port in stack.SecondaryPorts)
            Assert.NotEmpty(await Dig.ShortAsync(port, AccessName.For("www19999.large.test", DnsFixture.Zone), "TXT"));

        await stack.KillDnsAsync();
        await index.SortedSetRemoveAsync(RedisKeys.Domains, names);
        stack.StartDns();
        await stack.UntilAppliedAsync(await stack.AddDomainAsync("www.alone.test"));
    }
}

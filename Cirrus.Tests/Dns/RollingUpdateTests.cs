using System.Net;
using Cirrus.Core.Audit;
using Cirrus.Core.Domains;
using Cirrus.Core.Nodes;
using Cirrus.Core.Steering;
using Cirrus.Core.Zones;
using Cirrus.Tests.Programs;

namespace Cirrus.Tests.Dns;

/// <summary>A process with other options comes, and the one before it goes.</summary>
public sealed class RollingUpdateTests
{
    private const string Zone = "cdn.example.test";
    private static readonly Actor Actor = new("test");
    private static readonly string Key = Convert.ToBase64String([.. Enumerable.Repeat((byte)7, 32)]);

    private readonly string _name = AccessName.For("www.rolling.test", Zone);
    private readonly int[] _ports = [FreePort.Next(), FreePort.Next()];
    private readonly int[] _httpPorts = [FreePort.Next(), FreePort.Next()];
    private readonly int[] _directPorts = [FreePort.Next(), FreePort.Next()];
    private readonly int _secondaryPort = FreePort.Next();

    [Fact]
    public async Task Clients_and_secondaries_are_served_all_the_way()
    {
        using var folder = new WorkFolder();
        await using var redis = await RedisServer.StartAsync();
        await using var connection = await redis.ConnectAsync();
        var (nodes, zones) = (new NodeStore(connection), new ZoneStore(connection));
        foreach (var i in new[] { 1, 2, 3 })
        {
            await nodes.PutAsync(new Node { Id = $"edge-{i}", Addresses = [$"192.0.2.{i}"], Revision = 1 }, Actor);
            await nodes.SetHealthAsync($"edge-{i}", NodeHealth.Up, "", DateTimeOffset.UtcNow);
        }
        await new DomainStore(connection).PutAsync(
            new CdnDomain { Name = "www.rolling.test", Origins = [new Origin("http", "127.0.0.1", 9000)], CacheEnable = true, Revision = 1 }, Actor);
        await using var before = Start(redis, 0, "01:00:00");
        await UntilReadyAsync(0);
        await using var nsd = new SecondaryPrograms(folder.At("nsd"), Zone, _secondaryPort, "test.cirrus", Key, _ports).StartNsd();
        await Wait.UntilAsync("the secondary serves the zone", async () => (await AddressesAsync(_secondaryPort)).Count == 2);
        var first = (await zones.FindAsync(Zone))!;

        // It can't have the zone of the other, and is ready all the same.
        await using var after = Start(redis, 1, "02:00:00");
        await UntilReadyAsync(1);
        Assert.Equal(first, await zones.FindAsync(Zone));
        Assert.Null(await Dig.SerialAsync(_ports[1], Zone));
        var named = await AddressesAsync(_directPorts[1]);
        Assert.Equal(await AddressesAsync(_directPorts[0]), named);

        // What it answers is no older than what the other does.
        var failing = Enumerable.Range(1, 3).Select(i => $"192.0.2.{i}").First(named.Contains);
        await nodes.SetHealthAsync($"edge-{failing[^1]}", NodeHealth.Down, "", DateTimeOffset.UtcNow);
        foreach (var port in new[] { _secondaryPort, _directPorts[0], _directPorts[1] })
            await Wait.UntilAsync($"{port} names it no more", async () => !(await AddressesAsync(port)).Contains(failing) && (await AddressesAsync(port)).Count == 2);

        using var end = new CancellationTokenSource();
        var asking = AskAsync(end.Token, _secondaryPort, _directPorts[1]);
        Assert.Equal(0, await before.StopAsync());
        await Wait.UntilAsync("the other leads", async () => (await zones.FindAsync(Zone))!.Digest != first.Digest);
        await Wait.UntilAsync("the secondary has its zone", async () =>
            (await Dig.RunAsync(_secondaryPort, "+nocomments", Zone, "SOA")).Contains("7200", StringComparison.Ordinal));
        await end.CancelAsync();
        Assert.Equal(0, await asking);

        // With the same options it follows by serials.
        await using (Start(redis, 0, "02:00:00"))
        {
            await UntilReadyAsync(0);
            Assert.Equal((await zones.FindAsync(Zone))!.Serial, await Dig.SerialAsync(_ports[0], Zone));
        }

        // With others, and to sign the zone once it leads, it is ready; what has no signatures yet it gives nobody.
        await using var last = Start(redis, 0, "01:00:00", KeyValuePair.Create("Dns__Dnssec__Enabled", "true"));
        await UntilReadyAsync(0);
        Assert.Empty(await AddressesAsync(_directPorts[0]));
        Assert.Equal(0, await after.StopAsync());
        await Wait.UntilAsync("it leads and answers clients", async () => (await AddressesAsync(_directPorts[0])).Count == 2);
        Assert.True(await zones.IsSignedAsync(Zone));
    }

    /// <summary>How many questions were not answered with the two addresses.</summary>
    private async Task<int> AskAsync(CancellationToken end, params int[] ports)
    {
        var failed = 0;
        while (!end.IsCancellationRequested)
            failed += (await Task.WhenAll(ports.Select(AddressesAsync))).Count(found => found.Count != 2);
        return failed;
    }

    private Task<IReadOnlyList<string>> AddressesAsync(int port) => Dig.ShortAsync(port, _name, "A");

    private Task UntilReadyAsync(int index) => Wait.UntilAsync($"Cirrus.Dns {index} is ready", async () =>
    {
        using var client = new HttpClient();
        try
        {
            using var response = await client.GetAsync(new Uri($"http://127.0.0.1:{_httpPorts[index]}/readyz"));
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    });

    private ChildProcess Start(RedisServer redis, int index, string timeToLive, params IEnumerable<KeyValuePair<string, string>> settings) =>
        new PrimaryProgram(
            redis.ConnectionString, Zone, _ports[index], _httpPorts[index], new PrimaryProgram.Secondary("nsd", _secondaryPort, "test.cirrus", Key))
        .Start(
        [
            new("Dns__Direct__Listen", $"127.0.0.1:{_directPorts[index]}"), new("Dns__Direct__RateLimit", "0"),
            new("Dns__NameServerTtl", timeToLive), .. settings,
        ]);
}

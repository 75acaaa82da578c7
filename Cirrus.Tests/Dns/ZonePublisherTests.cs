using Cirrus.Core.Changes;
using Cirrus.Core.Zones;
using Cirrus.Dns.Signing;
using Cirrus.Dns.Zones;
using Cirrus.Tests.Dns.Signing;
using Cirrus.Tests.Programs;
using StackExchange.Redis;

namespace Cirrus.Tests.Dns;

public sealed class ZonePublisherTests : IAsyncLifetime
{
    private RedisServer _redis = null!;

    public async Task InitializeAsync() => _redis = await RedisServer.StartAsync();

    public async Task DisposeAsync() => await _redis.DisposeAsync();

    [Fact]
    public async Task Two_processes_never_give_one_serial_to_two_zones()
    {
        await using var redis = await _redis.ConnectAsync();
        var zones = await Task.WhenAll(Run(0), Run(1));

        var bySerial = zones.SelectMany(z => z).Distinct().GroupBy(z => z.Serial).ToList();
        Assert.All(bySerial, serial => Assert.Single(serial.Select(z => z.Digest).Distinct()));
        Assert.All(zones, z => Assert.All(z.Zip(z.Skip(1)), pair => Assert.True(SerialNumber.IsNewer(pair.Second.Serial, pair.First.Serial))));

        async Task<List<(uint Serial, string Digest)>> Run(int process)
        {
            var mine = Process(redis);
            var served = new List<(uint, string)>();
            for (var i = 0; i < 100; i++)
            {
                var content = ZoneBuilder.Build(TestZone.Input([$"www{process}-{i}.example.com"]));
                await mine.PublishAsync(content, new ChangeId(i + 1, process));
                served.Add((mine.Served.Serial, mine.Served.Content.Digest));
            }
            return served;
        }
    }

    [Fact]
    public async Task The_version_is_kept_before_it_is_served_and_goes_on_by_the_name_of_the_zone()
    {
        await using var redis = await _redis.ConnectAsync();
        var process = Process(redis);
        var content = ZoneBuilder.Build(TestZone.Input(["www.example.com"]));
        var keptWhenServed = process.Current.Replaced.ContinueWith(_ => process.Zones.FindAsync(TestZone.Name), TaskScheduler.Default).Unwrap();

        await process.PublishAsync(content, TestZone.Change);

        var version = new ZoneVersion(process.Served.Serial, TestZone.Change, content.Digest);
        Assert.Equal(version, await keptWhenServed);

        var again = Process(redis);
        await again.PublishAsync(ZoneBuilder.Build(TestZone.Input([])), new ChangeId(1_700_000_000_001, 0));
        Assert.True(SerialNumber.IsNewer(again.Served.Serial, version.Serial));
        Assert.Equal(TestZone.Change, again.Current.ChangeOf(version.Serial));
    }

    private static SignedPublisher Process(IConnectionMultiplexer redis) => new(redis, TimeProvider.System, new DnssecOptions());
}

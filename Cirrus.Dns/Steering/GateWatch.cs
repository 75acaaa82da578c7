using Cirrus.Core.Redis;
using Cirrus.Dns.Zones;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Cirrus.Dns.Steering;

/// <summary>Looks at what nodes have applied while a certificate waits for that. When none does it costs nothing.</summary>
internal sealed class GateWatch(IConnectionMultiplexer redis, CurrentZone zone, ZoneAssembly assembly, IOptions<DnsOptions> options)
    : BackgroundService
{
    // The bell wakes us at once; this is for one that rang before we listened, or was lost with a connection.
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var replaced = zone.Replaced;
            if (assembly.AwaitsNodes)
                await WatchAsync(stoppingToken);
            else
                await replaced.WaitAsync(stoppingToken);
        }
    }

    private async Task WatchAsync(CancellationToken cancellation)
    {
        await using var bell = await Bell.ListenAsync(redis, RedisKeys.AppliedBell);
        while (assembly.AwaitsNodes)
        {
            await assembly.LookAtNodesAsync(cancellation);
            // Nodes apply a change at nearly the same time: one look, and one zone, for many.
            await Task.Delay(options.Value.BuildInterval, cancellation);
            await bell.WaitAsync(Poll, cancellation);
        }
    }
}

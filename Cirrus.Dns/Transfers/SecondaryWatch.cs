using Cirrus.Core.Changes;
using Cirrus.Core.Redis;
using Cirrus.Core.Secondaries;
using Cirrus.Dns.Zones;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace Cirrus.Dns.Transfers;

/// <summary>Runs a watcher for each configured secondary.</summary>
internal sealed partial class SecondaryWatch(
    CurrentZone zone, Leadership leadership, SecondaryAddresses addresses, SecondaryClient client, AppliedLog applied, SecondaryStore store,
    SecondaryMetrics metrics, IOptions<DnsOptions> options, TimeProvider time, ILogger<SecondaryWatch> logger) : BackgroundService
{
    private readonly ILogger _logger = logger;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var secondaries = options.Value.Secondaries;
        var watchers = secondaries.Select(s => new SecondaryWatcher(s, zone, addresses, client, ReportOf(s), leadership, options.Value, time));
        await Task.WhenAll([ForgetOthersAsync(), .. watchers.Select(w => w.RunAsync(stoppingToken))]);

        SecondaryReport ReportOf(SecondaryOptions secondary)
        {
            var report = new SecondaryReport(secondary, zone, applied, store, time, _logger);
            metrics.Track(report);
            return report;
        }

        async Task ForgetOthersAsync()
        {
            // A zone was built, so Redis answered a moment ago.
            await zone.Replaced.WaitAsync(stoppingToken);
            try
            {
                await store.KeepOnlyAsync(secondaries.Select(s => s.Name).ToHashSet());
            }
            catch (Exception e) when (e.IsRedisAway())
            {
                LogKept(e.Message);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Secondaries that are no longer configured stay listed until the next start: {Reason}")]
    private partial void LogKept(string reason);
}

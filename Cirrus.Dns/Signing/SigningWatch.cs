using Cirrus.Core.Redis;
using Cirrus.Dns.Zones;
using Microsoft.Extensions.Options;

namespace Cirrus.Dns.Signing;

/// <summary>Looks from time to time, in the process that leads, whether signatures or steps of keys are due.</summary>
internal sealed partial class SigningWatch(
    ZoneSigning signing, CurrentZone current, Leadership leadership, ZoneLine line, IOptions<DnsOptions> options, TimeProvider time,
    ILogger<SigningWatch> logger) : BackgroundService
{
    private readonly ILogger _logger = logger;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!signing.IsOn)
            return;
        using var timer = new PeriodicTimer(options.Value.Dnssec.CheckInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await leadership.Taken.WaitAsync(stoppingToken);
            try
            {
                if (current.Snapshot is { Content: { IsSigned: true } served })
                    await signing.AdvanceKeysAsync(served);
                await line.SignDueAsync();
            }
            catch (Exception e) when (e.IsRedisAway())
            {
                LogLater(e.Message);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Signatures that are due wait, Redis does not answer: {Reason}")]
    private partial void LogLater(string reason);
}

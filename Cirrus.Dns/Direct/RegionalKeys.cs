using Cirrus.Core.Certificates;
using Cirrus.Core.Dnssec;
using Cirrus.Core.Redis;
using Cirrus.Core.Steering;
using Cirrus.Dns.Signing;
using Cirrus.Dns.Zones;
using Microsoft.Extensions.Options;

namespace Cirrus.Dns.Direct;

/// <summary>
/// Opens the zone's keys for answers by region, whether this process leads or not, and again when they are others. Nobody waits for it: without keys
/// clients get the zone's own answers.
/// </summary>
internal sealed partial class RegionalKeys(
    CurrentZone current, RegionalZone regional, DnssecKeyStore store, RegionalSignatures signatures, IOptions<ZoneOptions> zone, IOptions<DnsOptions> dns,
    TimeProvider time, ILogger<RegionalKeys> logger) : BackgroundService
{
    /// <summary>From one look that failed to the next.</summary>
    public static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly ILogger _logger = logger;
    private readonly OpenedKeys _keys = new(store, zone.Value.Name, dns.Value.NameServerTtl);
    private bool? _saidAway;

    /// <summary>
    /// Looks for others. Without Redis, or when one can't be opened, those of before go on: their successors are shown in the zone long before they
    /// are gone.
    /// </summary>
    /// <returns>Whether those in use are the ones that Redis has.</returns>
    public async Task<bool> RefreshAsync()
    {
        try
        {
            if (!await _keys.RefreshAsync())
                return false;
            signatures.Use(_keys.Signing!);
            _saidAway = null;
            return true;
        }
        catch (Exception e) when (e is SealedKeyException || e.IsRedisAway())
        {
            // That Redis is away shows in several ways, one after the other.
            var isAway = e is not SealedKeyException;
            if (_saidAway != isAway)
                LogFailure(e.Message);
            _saidAway = isAway;
            return false;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        while (true)
        {
            var replaced = current.Replaced;
            var isNeeded = current.Snapshot is { Content.IsSigned: true } && regional.Current is not null;
            var pause = !isNeeded || await RefreshAsync() ? Timeout.InfiniteTimeSpan : Pause;
            await replaced.WaitAsync(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stoppingToken.ThrowIfCancellationRequested();
        }
    }

    private void LogFailure(string reason)
    {
        if (_keys.Signing is null)
            LogNone(zone.Value.Name, reason);
        else
            LogFormer(zone.Value.Name, reason);
    }

    [LoggerMessage(LogLevel.Warning, "Clients of zone {Zone} that want signatures get no answers by region until its keys can be read: {Reason}")]
    private partial void LogNone(string zone, string reason);

    [LoggerMessage(LogLevel.Warning, "Answers by region of zone {Zone} are signed with the keys known before: {Reason}")]
    private partial void LogFormer(string zone, string reason);
}

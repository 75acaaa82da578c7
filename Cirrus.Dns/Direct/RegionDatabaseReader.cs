using System.Diagnostics;
using MaxMind.Db;
using Microsoft.Extensions.Options;

namespace Cirrus.Dns.Direct;

/// <summary>Reads the database at the start, and again whenever its file is another.</summary>
internal sealed partial class RegionDatabaseReader(Locator locator, IOptions<DnsOptions> options, ILogger<RegionDatabaseReader> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly ILogger _logger = logger;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Direct is not { Listen: not null, Database: { } path })
            return;
        await Task.Yield();
        var regions = new Regions(options.Value.Direct);
        DateTime? read = null;
        using var timer = new PeriodicTimer(Interval);
        do
        {
            var written = File.GetLastWriteTimeUtc(path);
            if (read != written)
                Read(path, regions);
            read = written;
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    // Without it, or with a broken one, clients get the ordinary answers, or those of the one before.
    private void Read(string path, Regions regions)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            locator.Replace(RegionDatabase.Read(path, regions));
            LogRead(path, Stopwatch.GetElapsedTime(started));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDatabaseException or DeserializationException)
        {
            LogUnreadable(path, e.Message);
        }
    }

    [LoggerMessage(LogLevel.Information, "Regions of addresses are those of {Path}, read in {Took}")]
    private partial void LogRead(string path, TimeSpan took);

    [LoggerMessage(LogLevel.Error, "Dns:Direct:Database: {Path} can't be read: {Reason}")]
    private partial void LogUnreadable(string path, string reason);
}

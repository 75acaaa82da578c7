using System.Diagnostics;
using Cirrus.Dns.Zones;
using Microsoft.Extensions.Options;

namespace Cirrus.Dns.Direct;

/// <summary>Writes the answers anew whenever the zone is another.</summary>
internal sealed partial class AnswerFollower(
    CurrentZone zone, RegionalZone regional, DirectAnswers answers, IOptions<DnsOptions> options, ILogger<AnswerFollower> logger) : BackgroundService
{
    private readonly ILogger _logger = logger;
    private ZoneSnapshot? _written;
    private RegionalAddresses? _writtenRegional;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Direct.Listen is null)
            return;
        await Task.Yield();
        while (true)
        {
            var replaced = zone.Replaced;
            if (zone.Answering is { } snapshot)
                Follow(snapshot, regional.Current);
            await replaced.WaitAsync(stoppingToken);
        }
    }

    private void Follow(ZoneSnapshot snapshot, RegionalAddresses? addresses)
    {
        // The same zone under the same serial, found to be right up to a newer change.
        var isSame = _written?.Serial == snapshot.Serial && ReferenceEquals(_written.Content, snapshot.Content);
        if (isSame && ReferenceEquals(_writtenRegional, addresses))
            return;
        var started = Stopwatch.GetTimestamp();
        var table = AnswerTableBuilder.Build(snapshot, addresses);
        answers.Replace(table);
        (_written, _writtenRegional) = (snapshot, addresses);
        LogWritten(snapshot.Serial, table.Count, Stopwatch.GetElapsedTime(started));
    }

    [LoggerMessage(LogLevel.Information, "Direct answers of serial {Serial}: {Names} names in {Took}")]
    private partial void LogWritten(uint serial, int names, TimeSpan took);
}

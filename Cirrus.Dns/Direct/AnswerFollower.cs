using System.Diagnostics;
using Cirrus.Dns.Zones;
using Microsoft.Extensions.Options;

namespace Cirrus.Dns.Direct;

/// <summary>Writes the answers anew whenever the zone is another.</summary>
internal sealed partial class AnswerFollower(
    CurrentZone zone, DirectAnswers answers, RegionalSource regional, IOptions<DirectOptions> options, ILogger<AnswerFollower> logger) : BackgroundService
{
    private readonly ILogger _logger = logger;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Value.Listen is null)
            return;
        await Task.Yield();
        while (true)
        {
            var (replaced, located) = (zone.Replaced, regional.Replaced);
            if (zone.Snapshot is { } snapshot)
                Follow(snapshot, regional.Current);
            await Task.WhenAny(replaced, located).WaitAsync(stoppingToken);
        }
    }

    private ZoneContent? _content;
    private uint _serial;
    private RegionalAddresses? _regional;

    private void Follow(ZoneSnapshot snapshot, RegionalAddresses? addresses)
    {
        // The same zone under the same serial, right up to a newer change.
        if (ReferenceEquals(_content, snapshot.Content) && _serial == snapshot.Serial && ReferenceEquals(_regional, addresses))
            return;
        var started = Stopwatch.GetTimestamp();
        var table = AnswerTableBuilder.Build(snapshot, addresses);
        answers.Replace(table);
        (_content, _serial, _regional) = (snapshot.Content, snapshot.Serial, addresses);
        LogWritten(snapshot.Serial, table.Count, Stopwatch.GetElapsedTime(started));
    }

    [LoggerMessage(LogLevel.Information, "Direct answers of serial {Serial}: {Names} names in {Took}")]
    private partial void LogWritten(uint serial, int names, TimeSpan took);
}
